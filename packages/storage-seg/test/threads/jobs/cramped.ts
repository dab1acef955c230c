import { Status } from '@pelikan/core'
import type { Hand } from '../hand.ts'
import { RECORD_MIN } from '../record.ts'

const KEYS = 6
const VALUE_MAX = 700

/** Where hardly two values have room, everybody makes them grow. */
export function cramped(hand: Hand): void {
  const { entry, seg } = hand
  const number = hand.random(KEYS)
  switch (hand.random(4)) {
    case 0:
      hand.nameKey('n', number)
      if (hand.increment() !== Status.NotFound) return
      hand.text('9')
      seg.add(entry)
      return
    case 1:
      hand.nameKey('n', number)
      hand.text('0')
      seg.append(entry)
      return
    case 2:
      hand.nameKey('k', number)
      hand.record(RECORD_MIN + hand.random(60))
      if (seg[hand.random(2) === 0 ? 'append' : 'prepend'](entry) !== Status.Ok) hand.set()
      return
    default: {
      hand.nameKey('k', number)
      hand.getRecords()
      hand.nameKey('n', number)
      const length = hand.get()
      if (length < 0) return
      const text = hand.copy.toString('latin1', 0, length)
      if (!/^\d+$/.test(text)) throw new Error(`the number ${text}`)
      if (length > VALUE_MAX) hand.delete()
    }
  }
}
