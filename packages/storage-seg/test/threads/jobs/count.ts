import { Status } from '@pelikan/core'
import type { Hand } from '../hand.ts'

/** Keys that are appended to: with one alone each value would be as long as all rounds. */
export const APPENDED = 4

/** Three ways to count in one value, of which none may lose anything. */
export function count(hand: Hand, round: number): void {
  hand.nameKey('n', 0)
  must(hand.increment())
  hand.nameKey('a', round % APPENDED)
  hand.text(String(hand.id))
  must(hand.seg[round % 3 === 0 ? 'prepend' : 'append'](hand.entry))
  hand.nameKey('c', 0)
  for (;;) {
    const length = hand.get()
    if (length < 0) throw new Error('the counter is gone')
    hand.text(String(Number(hand.copy.toString('latin1', 0, length)) + 1))
    const status = hand.seg.cas(hand.entry)
    if (status === Status.Ok) return
    if (status !== Status.Exists) throw new Error(`cas: ${status}`)
    hand.report.repeats++
  }
}

function must(status: Status): void {
  if (status !== Status.Ok) throw new Error(`refused: ${status}`)
}
