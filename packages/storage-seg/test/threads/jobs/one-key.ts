import type { Hand } from '../hand.ts'

/** One thread writes one key over and over, in place and not; the others read it. */
export function oneKey(hand: Hand, round: number): void {
  hand.nameKey('k', 0)
  if (hand.id === 0) {
    hand.record(1000 + (round % 3))
    hand.set()
  } else {
    hand.getRecords()
  }
}
