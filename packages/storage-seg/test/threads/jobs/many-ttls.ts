import type { Hand } from '../hand.ts'
import { RECORD_MIN } from '../record.ts'

const TTLS = 1000
const KEYS = 200_000

/** Ticks of a key's TTL: a thousand of them, from 10 seconds to two months, in every tier of TTL buckets. */
export function ttlOf(number: number): number {
  const step = number % TTLS
  return 100 + step * step * 50
}

/** Keys and values are many more than have room. */
export function manyTtls(hand: Hand): void {
  const { clock, entry } = hand
  const number = hand.random(KEYS)
  hand.nameKey('k', number)
  entry.deadline = clock.now + ttlOf(number)
  hand.record(RECORD_MIN + hand.random(hand.random(20) === 0 ? 8000 : 1500))
  hand.set()
  hand.nameKey('k', hand.random(KEYS))
  hand.getRecords()
}
