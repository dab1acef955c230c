import type { LoadSpec } from '../engine/load-spec.ts'
import type { MixPart } from '../memcache/mix.ts'
import type { ValueSizes } from '../memcache/values.ts'

/**
 * A load in words, such as `90 % get, 10 % set, 100000 keys (Zipf 1), values of 64 B, 50 connections`.
 *
 * @param rate requests per second; 0 for a closed loop, undefined where it changes
 */
export function describeLoad(spec: LoadSpec, rate: number | undefined): string {
  const { connections, memcache, pipeline, protocol, threads } = spec
  const words: string[] = []
  if (protocol === 'memcache') {
    const { keys, mix, ttl, values, zipf } = memcache
    words.push(
      describeMix(mix),
      `${keys} keys (${zipf > 0 ? `Zipf ${zipf}` : 'uniform'})`,
      describeSizes(values),
    )
    if (ttl.max > 0)
      words.push(`${ttl.min === ttl.max ? ttl.min : `${ttl.min}-${ttl.max}`} s to live`)
  } else {
    words.push(protocol)
  }
  words.push(`${connections} connections`)
  if (threads > 1) words.push(`${threads} threads`)
  if (rate === 0) words.push(`${pipeline} in flight on each`)
  else if (rate !== undefined) words.push(`${rate} requests/s`)
  return words.join(', ')
}

/** `90 % get, 10 % set`, the most frequent first. */
function describeMix(mix: readonly MixPart[]): string {
  const total = mix.reduce((sum, { weight }) => sum + weight, 0)
  return mix
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ command, keys, weight }) => {
      const name = keys === 1 ? command : `${command} of ${keys}`
      return mix.length === 1 ? name : `${Number(((weight / total) * 100).toFixed(2))} % ${name}`
    })
    .join(', ')
}

function describeSizes(values: ValueSizes): string {
  if (values.kind === 'fixed') return `values of ${values.bytes} B`
  const { max, median, min, sigma } = values
  return `values of ${median} B in the median (log-normal, sigma ${sigma}, ${min}-${max} B)`
}
