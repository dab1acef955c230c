import type { Sweep } from '../compare/sweep.ts'
import { describeLoad } from './describe-load.ts'
import { textTable } from './table.ts'

/** Latencies at each step of each server, in microseconds. */
export function sweepText({ options, sides, spec, transport }: Sweep): string {
  const head = [
    'of peak',
    'thousand/s',
    'reached',
    'p50 us',
    'p99 us',
    'p999 us',
    'CPU us',
    'unsent, %',
  ]
  const parts = sides.map(({ name, peak, steps }) => {
    const rows = steps.map(({ rate, result, share }) => {
      const { cpuMicros, latency, requests, requestsPerSecond, unsent } = result
      return [
        `${Math.round(share * 100)} %`,
        (rate / 1000).toFixed(1),
        (requestsPerSecond / 1000).toFixed(1),
        latency.p50.toFixed(0),
        latency.p99.toFixed(0),
        latency.p999.toFixed(0),
        Number.isFinite(cpuMicros) ? cpuMicros.toFixed(2) : '-',
        ((unsent / (unsent + requests)) * 100).toFixed(1),
      ]
    })
    const peakLine = `${name}: peak ${(peak / 1000).toFixed(1)} thousand requests/s in a closed loop`
    return `${peakLine}\n${textTable([head, ...rows])}`
  })
  const what = `${describeLoad(spec, undefined)}; the peak with ${spec.pipeline} in flight on each`
  const how = `open loop, ${options.seconds} s a step, latencies from when a request was due, transport ${transport}`
  return [what, how, '', parts.join('\n\n')].join('\n')
}
