/**
 * Runs a load against a server: connects, fills, and then keeps every connection busy for a time.
 *
 * What is counted ends with the first answer after the time is up, and the server's CPU time is read
 * at that moment; answers still under way are checked all the same.
 *
 * @module
 */
import type { Codec, RequestSource } from './codec.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { LoadConnection, type LoadRun } from './load-connection.ts'
import { cpuTime, machineBusySeconds } from './process-usage.ts'

export interface LoadTarget {
  readonly port: number
  /** Process of the server, for its CPU time. */
  readonly pid: number
}

export interface LoadShape {
  readonly connections: number
  /** Requests in flight on each connection. */
  readonly pipeline: number
  readonly seconds: number
}

/** Latencies are in microseconds, CPU times in microseconds per operation. */
export interface LoadResult {
  readonly operationsPerSecond: number
  readonly userMicros: number
  readonly systemMicros: number
  readonly cpuMicros: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly operations: number
  readonly misses: number
  /** Share of one core that the generator itself was busy; near 1, the generator is the limit. */
  readonly generatorBusy: number
  /** Cores that others than server and generator kept busy: the noise of the machine. */
  readonly othersBusy: number
}

const RECEIVE_BYTES = 262_144
/** A server that answers nothing for so long ends the run. */
const SILENCE_MS = 10_000

/** Store every key once. */
export async function fill(target: LoadTarget, codec: Codec, shape: LoadShape): Promise<void> {
  await drive(target, codec, shape, codec.fill(), Infinity)
}

/** @throws WrongReply where an answer is not right */
export function runLoad(target: LoadTarget, codec: Codec, shape: LoadShape): Promise<LoadResult> {
  return drive(target, codec, shape, codec.requests, shape.seconds * 1000)
}

function drive(
  target: LoadTarget,
  codec: Codec,
  shape: LoadShape,
  source: RequestSource,
  durationMs: number,
): Promise<LoadResult> {
  const { promise, reject, resolve } = Promise.withResolvers<LoadResult>()
  const histogram = new LatencyHistogram()
  const connections: LoadConnection[] = []
  let waiting = shape.connections
  let measure = startMeasuring(target.pid, codec)
  let end = Infinity
  let last = performance.now()
  let result: LoadResult | undefined

  const silence = setInterval(() => {
    if (performance.now() - last > SILENCE_MS) run.failed(new Error('the server is silent'))
  }, SILENCE_MS / 10)
  const close = (): void => {
    clearInterval(silence)
    for (const connection of connections) connection.close()
  }
  const run: LoadRun = {
    codec,
    source,
    pipeline: shape.pipeline,
    received: Buffer.allocUnsafeSlow(RECEIVE_BYTES),
    now: () => performance.now(),
    get wanted() {
      return result === undefined
    },
    answered(milliseconds, count, now) {
      last = now
      if (result !== undefined) return
      histogram.record(milliseconds, count)
      if (now >= end) result = measure(histogram)
    },
    rested() {
      if (--waiting > 0) return
      close()
      resolve(result ?? measure(histogram))
    },
    failed(error) {
      close()
      reject(error)
    },
  }
  const ready = (): void => {
    if (--waiting > 0) return
    waiting = shape.connections
    measure = startMeasuring(target.pid, codec)
    end = performance.now() + durationMs
    for (const connection of connections) connection.send()
  }
  for (let i = 0; i < shape.connections; i++) {
    connections.push(new LoadConnection(run, target.port, ready))
  }
  return promise
}

/** Take the time now; what is returned takes it again and gives the difference. */
function startMeasuring(pid: number, codec: Codec): (histogram: LatencyHistogram) => LoadResult {
  const began = performance.now()
  const { misses, operations } = codec.counts
  const server = cpuTime(pid)
  const own = process.cpuUsage()
  const machine = machineBusySeconds()
  return (histogram) => {
    const seconds = (performance.now() - began) / 1000
    const used = cpuTime(pid)
    const ownUsed = process.cpuUsage(own)
    const generator = (ownUsed.user + ownUsed.system) / 1e6
    const user = used.user - server.user
    const system = used.system - server.system
    const done = codec.counts.operations - operations
    const micros = 1e6 / done
    return {
      operationsPerSecond: done / seconds,
      userMicros: user * micros,
      systemMicros: system * micros,
      cpuMicros: (user + system) * micros,
      p50: histogram.percentile(0.5),
      p99: histogram.percentile(0.99),
      p999: histogram.percentile(0.999),
      operations: done,
      misses: codec.counts.misses - misses,
      generatorBusy: generator / seconds,
      othersBusy: Math.max(
        0,
        (machineBusySeconds() - machine - user - system - generator) / seconds,
      ),
    }
  }
}
