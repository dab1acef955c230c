/**
 * Names and colours of times to live: warm for short ones, cool for long ones, none for those without end.
 *
 * @module
 */

import { readableSeconds } from '../src/readable.ts'

export interface TtlClass {
  readonly name: string
  /** A custom property of the style sheet. */
  readonly color: string
  /** Every TTL of the class is at most so many seconds. */
  readonly end: number
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Ends have room for a bucket that only just reaches over: 64 s are a minute. */
export const TTL_CLASSES: readonly TtlClass[] = [
  { name: 'to 1 min', color: '--ttl-1', end: 1.1 * MINUTE },
  { name: 'to 5 min', color: '--ttl-2', end: 5.1 * MINUTE },
  { name: 'to 30 min', color: '--ttl-3', end: 31 * MINUTE },
  { name: 'to 2 h', color: '--ttl-4', end: 2.1 * HOUR },
  { name: 'to 12 h', color: '--ttl-5', end: 12.1 * HOUR },
  { name: 'to 3 d', color: '--ttl-6', end: 3.1 * DAY },
  { name: 'longer', color: '--ttl-7', end: Number.MAX_VALUE },
  { name: 'no end', color: '--ttl-8', end: Infinity },
]

/** @param ttlEnd seconds, `null` for no end */
export function ttlClass(ttlEnd: number | null): TtlClass {
  const seconds = ttlEnd ?? Infinity
  return TTL_CLASSES.find(({ end }) => seconds <= end)!
}

/** @param ttlEnd seconds, `null` for no end */
export function ttlName(ttlEnd: number | null): string {
  return ttlEnd === null ? 'no end' : `under ${readableSeconds(ttlEnd)}`
}
