/** Everybody asks for the same keys on terms: missing ones, stale ones, one that is joined to, one that is counted. */
import { Uint64 } from '@pelikan/buffer'
import { StoreMode, Terms } from '@pelikan/core'
import type { Hand } from '../hand.ts'
import { KEY_BYTES } from '../record.ts'

const terms = new Terms()
const sum = new Uint64()

export function win(hand: Hand, round: number): void {
  hand.nameKey('m', round)
  terms.reset()
  terms.vivifies = true
  fetch(hand)
  hand.nameKey('s', round)
  terms.reset()
  fetch(hand)
  hand.nameKey('j', round % 4)
  terms.reset()
  terms.vivifies = true
  hand.text(String(hand.id))
  hand.seg.store(StoreMode.Append, hand.entry, terms)
  hand.nameKey('i', 0)
  terms.initial.set(0, 1)
  terms.delta.set(0, 1)
  hand.seg.count(hand.key, 0, KEY_BYTES, terms, sum)
}

function fetch(hand: Hand): void {
  for (;;) {
    const item = hand.seg.fetch(hand.key, 0, KEY_BYTES, terms)
    if (item === undefined) throw new Error('nothing is there')
    const { won } = terms
    if (hand.seg.release(item)) {
      if (won) hand.report.hits++
      return
    }
    if (won) throw new Error('a claim was taken back')
    hand.report.repeats++
  }
}
