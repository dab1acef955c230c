import type { Hand } from '../hand.ts'
import { RECORD_MIN } from '../record.ts'

const KEYS = 50
/** Deadlines of the thread's own keys; 0 where there is none. */
const ends = new Int32Array(KEYS)

/**
 * Everybody writes, with short times; now and then somebody flushes or expires. A thread's own keys, which
 * nobody else writes, show whether that was exact: nothing that it wrote before its flush is there, and
 * nothing whose time is over.
 */
export function flushing(hand: Hand, round: number): void {
  const { clock, entry, seg } = hand
  const number = hand.random(KEYS)
  hand.nameKey(`o${hand.id}`, number)
  const now = clock.now
  if (ends[number] !== 0 && ends[number] <= now && hand.get() >= 0) {
    throw new Error(`there at ${now}, its deadline was ${ends[number]}`)
  }
  switch (round % 8) {
    case 0: {
      entry.deadline = now + 1 + hand.random(3)
      hand.record(RECORD_MIN + hand.random(200))
      ends[number] = entry.deadline
      hand.set()
      entry.deadline = 0
      return
    }
    case 1:
      seg.expire(now)
      return
    case 2:
      if (hand.random(20) !== 0) return
      ends[number] = 0
      hand.record(RECORD_MIN)
      hand.set()
      seg.flush(now)
      if (hand.get() >= 0) throw new Error('there after its own flush')
      return
    case 3:
      // Somebody else's flush may be waiting: it comes, or this one in its place.
      if (hand.random(50) === 0) seg.flush(now + 1 + hand.random(2))
      return
    case 4:
      hand.nameKey('k', number)
      hand.record(RECORD_MIN + hand.random(100))
      seg.append(entry)
      return
    case 5:
      hand.delete()
      if (hand.get() >= 0) throw new Error('there after its own delete')
      return
    case 6:
      hand.nameKey('k', number)
      // Some are longer than a segment.
      hand.record(RECORD_MIN + hand.random(hand.random(10) === 0 ? 12_000 : 100))
      hand.set()
      return
    default:
      hand.getRecords()
      hand.nameKey('k', number)
      hand.getRecords()
  }
}
