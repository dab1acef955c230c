/** Eviction ahead of need: what goes a little with each write must not cost items that would have stayed. */
import { SipKeyHash } from '@pelikan/storage-seg'
import { describe, expect, it } from 'vitest'
import { begin, entryOf, EVICTING, read } from '../begin.ts'

const KEYS = 20_000
const ROUNDS = 60_000

/** Read keys of which few are asked for often, and set what is not there; returns how many were hits. */
function hits(eviction: (typeof EVICTING)[number], spareSegments: number): number {
  // One secret, so that the same ghosts meet.
  const hash = new SipKeyHash(Buffer.alloc(8, 1))
  const { clock, seg } = begin({ eviction, spareSegments, hashPower: 15, hash })
  let state = 1
  let found = 0
  for (let round = 0; round < ROUNDS; round++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    const key = `key-${Math.floor(KEYS ** (state / 0x7fff_ffff))}`
    if (round % 500 === 0) clock.advance(1)
    if (read(seg, key)) found++
    else seg.set(entryOf(key, 64, 0))
  }
  seg.check()
  return found
}

describe.each(EVICTING)('%s', (eviction) => {
  it('keeps as much with segments to spare', () => {
    expect(hits(eviction, 3) / hits(eviction, 0)).toBeGreaterThan(0.97)
  })
})
