import { Status, StoreMode, Terms } from '@pelikan/core'
import type { Hand } from '../hand.ts'
import { checkRecords, RECORD_MIN } from '../record.ts'

const KEYS = 300
const NUMBERS = 5
/** Of segments of 4 KiB, 1.5 and more; appends make some longer still. */
const LONG = 14_000
const terms = new Terms()

/** Every operation, on keys that all threads use and that do not all have room. */
export function stress(hand: Hand): void {
  const { clock, entry, key, seg, value } = hand
  const number = hand.random(KEYS)
  hand.nameKey('k', number)
  entry.deadline = hand.random(3) === 0 ? 0 : clock.now + 1 + hand.random(20_000)
  entry.flags = hand.random(4) === 0 ? 9 : 0
  const length = RECORD_MIN + hand.random(lengthMax(hand))
  if (hand.random(10) === 0) return onTerms(hand, length)
  const choice = hand.random(100)
  if (choice < 4) {
    hand.getRecords(clock.now + 1 + hand.random(600))
  } else if (choice < 45) {
    hand.getRecords()
  } else if (choice < 72) {
    hand.record(length)
    hand.set()
  } else if (choice < 75) {
    hand.record(length)
    seg[choice === 72 ? 'add' : 'replace'](entry)
  } else if (choice < 80) {
    hand.record(length)
    seg.append(entry)
  } else if (choice < 84) {
    hand.record(length)
    seg.prepend(entry)
  } else if (choice < 88) {
    hand.record(length)
    if (seg.reserve(entry, length) !== Status.Ok) return
    seg.write(entry.reservation, value, 0, 10)
    seg.write(entry.reservation, value, 10, length)
    if (hand.random(8) === 0) seg.abort(entry.reservation)
    else seg.set(entry)
    entry.reservation = -1
  } else if (choice < 94) {
    hand.nameKey('n', number % NUMBERS)
    if (hand.increment() !== Status.NotFound) return
    hand.text('98')
    seg.add(entry)
  } else if (choice < 95) {
    hand.nameKey('n', number % NUMBERS)
    const digits = hand.get()
    if (digits < 0) return
    const text = hand.copy.toString('latin1', 0, digits)
    if (!/^\d{2,}$/.test(text)) throw new Error(`the number ${text}`)
  } else if (choice < 97) {
    hand.delete()
  } else if (choice < 98) {
    seg.touch(key, 0, key.length, entry.deadline)
  } else if (choice < 99) {
    if (hand.random(4) === 0) seg.expire(clock.now)
    else seg.settle()
  } else if (hand.random(200) === 0) {
    seg.flush(clock.now + hand.random(3))
  }
}

/** Some are longer than a segment. */
function lengthMax(hand: Hand): number {
  if (hand.random(10) !== 0) return 60
  return hand.random(4) === 0 ? LONG : 900
}

/** The same keys on terms: tokens of 64 bits, marks, deadlines, items that are made. */
function onTerms(hand: Hand, length: number): void {
  const { entry, key, seg } = hand
  const random = (bound: number): number => hand.random(bound)
  terms.reset()
  terms.setsCas = random(2) === 0
  terms.newCas.set(random(1000), random(1000))
  terms.setsDeadline = random(2) === 0
  terms.deadline = entry.deadline
  terms.vivifies = random(2) === 0
  terms.vivifyDeadline = entry.deadline
  hand.record(length)
  switch (random(4)) {
    case 0: {
      const item = seg.fetch(key, 0, key.length, terms)
      if (item === undefined) return
      const found = item.end - item.start
      item.bytes.copy(hand.copy, 0, item.start, item.end)
      if (seg.release(item)) checkRecords(hand.copy, found, key)
      return
    }
    case 1:
      terms.invalidates = true
      terms.empties = random(4) === 0
      seg.discard(key, 0, key.length, terms)
      return
    case 2:
      if (seg.store(StoreMode.Set, entry, terms) === Status.NoSpace) hand.refuse()
      return
    default:
      seg.store(StoreMode.Append, entry, terms)
  }
}
