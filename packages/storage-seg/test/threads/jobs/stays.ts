import { Status } from '@pelikan/core'
import type { Hand } from '../hand.ts'
import { RECORD_MIN } from '../record.ts'

const KEYS = 12
/** Which of the thread's own keys are stored. */
const stored = new Set<number>()

/** Where nothing is evicted: what was stored is there until its thread, and nobody else writes it, deletes it. */
export function stays(hand: Hand): void {
  const number = hand.random(KEYS)
  hand.nameKey(`o${hand.id}`, number)
  if (stored.has(number)) {
    if (!hand.getRecords()) throw new Error(`${hand.key.toString('latin1')} is gone`)
    hand.delete()
    stored.delete(number)
    return
  }
  // Some are longer than a segment.
  hand.record(RECORD_MIN + hand.random(hand.random(3) === 0 ? 9000 : 600))
  if (hand.seg.set(hand.entry) === Status.Ok) stored.add(number)
}
