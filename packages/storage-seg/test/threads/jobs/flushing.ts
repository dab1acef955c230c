import type { Hand } from '../hand.ts'
import { RECORD_MIN } from '../record.ts'

const KEYS = 50

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
  switch (round % 8) {
    case 0: {
      entry.deadline = now + 1 + hand.random(3)
      hand.record(RECORD_MIN + hand.random(200))
      const { deadline } = entry
      hand.set()
      entry.deadline = 0
      if (hand.random(40) !== 0) return
      for (let spin = 0; spin < 1e7 && clock.now < deadline; spin++);
      if (clock.now < deadline) return
      if (hand.get() >= 0) throw new Error(`there at ${clock.now}, its deadline was ${deadline}`)
      return
    }
    case 1:
      seg.expire(now)
      return
    case 2:
      if (hand.random(20) !== 0) return
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
      hand.record(RECORD_MIN + hand.random(100))
      hand.set()
      return
    default:
      hand.getRecords()
      hand.nameKey('k', number)
      hand.getRecords()
  }
}
