/**
 * Values of options: from what is written to what is meant.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander'
import { type CommandName, type MixPart, VERBS } from '../memcache/mix.ts'
import type { ValueSizes } from '../memcache/values.ts'

/** Keys in the largest `get`. */
const MAX_GET_KEYS = 1000
const MAX_VALUE_BYTES = 64 * 2 ** 20
const MAX_TTL = 30 * 86_400
const MAX_SIGMA = 10
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20 }
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, '': 1, s: 1, m: 60, h: 3600 }

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/u.test(text) ? Number(text) : NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/** A number from `min` to `max`. */
export function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text)
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`)
  }
}

/** Seconds, from `10`, `10s`, `500ms`, `2m`. */
export function seconds(min: number, max: number): (text: string) => number {
  return (text) => {
    const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/u.exec(text.trim()) ?? []
    const value = Number(digits) * SECONDS[unit]!
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(
      `It must be a time from ${min} to ${max} s, such as 10, "500ms" or "2m".`,
    )
  }
}

/** `64`, `4k`, `1m`, or `lognormal:MEDIAN,SIGMA,MAX`. */
export function valueSizes(text: string): ValueSizes {
  const [kind, rest] = text.split(':')
  if (rest === undefined) {
    const bytes = size(text)
    if (bytes !== undefined) return { kind: 'fixed', bytes }
  } else if (kind === 'lognormal') {
    const [median, sigma, max, ...more] = rest.split(',')
    const parsed = { median: size(median), sigma: Number(sigma), max: size(max) }
    if (
      more.length === 0 &&
      parsed.median !== undefined &&
      parsed.max !== undefined &&
      parsed.median >= 1 &&
      parsed.max >= parsed.median &&
      parsed.sigma > 0 &&
      parsed.sigma <= MAX_SIGMA
    ) {
      return {
        kind: 'log-normal',
        median: parsed.median,
        sigma: parsed.sigma,
        min: 1,
        max: parsed.max,
      }
    }
  }
  throw new InvalidArgumentError(
    'It must be a size of at most 64m, such as 64 or 4k, or lognormal:MEDIAN,SIGMA,MAX, such as lognormal:200,1.2,64k.',
  )
}

/** `get=90,set=10`; `get:50=1` asks for 50 keys at once. */
export function commandMix(text: string): readonly MixPart[] {
  const known = Object.keys(VERBS).join(', ')
  const parts = text.split(',').map((part): MixPart => {
    const [, command = '', keys = '1', weight = '1'] =
      /^\s*([a-z]+)(?::(\d+))?(?:=(\d+(?:\.\d+)?))?\s*$/u.exec(part) ?? []
    if (!Object.hasOwn(VERBS, command)) {
      throw new InvalidArgumentError(
        `"${part}" must be COMMAND=WEIGHT, such as get=90 or get:50=10; commands are ${known}.`,
      )
    }
    const count = Number(keys)
    if (count < 1 || count > MAX_GET_KEYS || (count > 1 && command !== 'get')) {
      throw new InvalidArgumentError(
        `"${part}": only get takes several keys, at most ${MAX_GET_KEYS}.`,
      )
    }
    return { command: command as CommandName, keys: count, weight: Number(weight) }
  })
  const used = parts.filter(({ weight }) => weight > 0)
  if (used.length === 0) throw new InvalidArgumentError('All weights are 0.')
  return used
}

/** `60`, or `30-90` for anything between; 0 for no end. */
export function timeToLive(text: string): { readonly min: number; readonly max: number } {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/u.exec(text) ?? []
  const [min, max] = [Number(from), Number(to)]
  if (min <= max && max <= MAX_TTL) return { min, max }
  throw new InvalidArgumentError(
    `It must be whole seconds, at most ${MAX_TTL}, such as 60 or 30-90.`,
  )
}

function size(text: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d+)\s*([km]?)(?:i?b)?$/iu.exec(text?.trim() ?? '') ?? []
  const bytes = Number(digits) * UNITS[unit.toLowerCase()]!
  return bytes <= MAX_VALUE_BYTES ? bytes : undefined
}
