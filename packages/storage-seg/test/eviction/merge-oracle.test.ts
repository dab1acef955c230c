/** What a merge keeps, against an oracle that counts every read. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itemSize } from '@pelikan/storage-seg'
import { begin, entryOf, read } from '../begin.ts'
import { MergeOracle, type OracleShape } from './merge-oracle.ts'

const key = (i: number) => String(i).padStart(4, '0')

/** A storage and its oracle, to which the same happens. */
class Pair {
  readonly oracle: MergeOracle
  readonly storage: ReturnType<typeof begin>
  written = 0
  #second = 0

  constructor(shape: OracleShape) {
    this.oracle = new MergeOracle(shape)
    this.storage = begin({ ...shape, eviction: 'merge', hashPower: 12, mergeYoung: 1 })
  }

  write(valueLength: number): void {
    const next = key(this.written++)
    this.storage.seg.set(entryOf(next, valueLength, 0))
    this.oracle.set(next, itemSize(next.length, valueLength, 0))
  }

  /** One second, in which those keys are read. */
  read(keys: readonly string[]): void {
    this.#second++
    this.storage.clock.advance(1)
    for (const each of keys) {
      read(this.storage.seg, each)
      this.oracle.read(each, this.#second)
    }
  }

  /** Both lists of what is there; this counts as a read of everything. */
  compare(): void {
    const keys = Array.from({ length: this.written }, (_, i) => key(i))
    const expected = keys.filter((each) => this.oracle.has(each))
    const there = keys.filter((each) => read(this.storage.seg, each))
    assert.deepEqual(there, expected)
    for (const each of keys) this.oracle.read(each, this.#second)
    assert.equal(this.storage.count('segmentMerge'), this.oracle.merges)
    this.storage.seg.check()
  }
}

describe('a merge', () => {
  it('keeps what the oracle keeps, merge after merge', () => {
    const shape = fc.record({
      segments: fc.integer({ min: 6, max: 14 }),
      segmentBytes: fc.constantFrom(512, 1024, 2048),
      mergeTarget: fc.integer({ min: 2, max: 5 }),
      mergeMax: fc.integer({ min: 5, max: 9 }),
    })
    const round = fc.record({
      writes: fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 150, size: 'max' }),
      // A number says which part of the keys is read in a second.
      reads: fc.array(fc.integer({ min: 2, max: 9 }), { maxLength: 6 }),
    })
    let merges = 0
    fc.assert(
      fc.property(shape, fc.array(round, { maxLength: 12, size: 'max' }), (sizes, rounds) => {
        const pair = new Pair(sizes)
        for (const { writes, reads } of rounds) {
          for (const length of writes) pair.write(length)
          for (const part of reads) {
            const keys = Array.from({ length: pair.written }, (_, i) => key(i))
            pair.read(keys.filter((_, i) => i % part === 0))
          }
          pair.compare()
        }
        merges += pair.oracle.merges
      }),
      { numRuns: 40, seed: 1 },
    )
    expect(merges).toBeGreaterThan(150)
  })

  it('counts reads from 0 afterwards: what was hot before one goes in the next', () => {
    const pair = new Pair({ segments: 8, segmentBytes: 1024, mergeTarget: 4, mergeMax: 8 })
    const writeUntilMerge = () => {
      for (const { merges } = pair.oracle; pair.oracle.merges === merges;) pair.write(19)
    }
    for (let i = 0; i < 150; i++) pair.write(19)
    const hot = Array.from({ length: 30 }, (_, i) => key(i * 5))
    for (let second = 0; second < 5; second++) pair.read(hot)
    const kept = () => hot.filter((each) => pair.oracle.has(each)).length
    writeUntilMerge()
    expect(kept()).toBeGreaterThan(20)
    for (let merge = 0; merge < 8; merge++) writeUntilMerge()
    expect(kept()).toBeLessThan(10)
    pair.compare()
  })

  it('keeps about a part in mergeTarget of the bytes: all that is hot, little that is cold', () => {
    const pair = new Pair({ segments: 32, segmentBytes: 2048, mergeTarget: 4, mergeMax: 8 })
    // Items of 20 bytes: 102 a segment. One of six is read, in five seconds.
    const isHot = (i: number) => (i * 5 + (i >> 3)) % 6 === 0
    const filled = Array.from({ length: 102 * 31 }, (_, i) => i)
    for (const _ of filled) pair.write(7)
    for (let second = 0; second < 5; second++) pair.read(filled.filter(isHot).map(key))
    while (pair.storage.count('segmentMerge') === 0) pair.write(7)

    const merged = pair.storage.count('segmentReturn') + 1
    expect([3, 4]).toContain(merged)
    const among = filled.slice(0, merged * 102)
    const kept = among.filter((i) => read(pair.storage.seg, key(i)))
    expect(filled.slice(among.length).every((i) => read(pair.storage.seg, key(i)))).toBe(true)
    expect(kept.length / among.length).toBeGreaterThan(0.2)
    expect(kept.length / among.length).toBeLessThan(0.3)
    expect(kept.filter(isHot)).toEqual(among.filter(isHot))
    const cold = (keys: readonly number[]) => keys.filter((i) => !isHot(i)).length
    expect(cold(kept)).toBeLessThan(0.15 * cold(among))
  })

  it('weighs reads by size: of equally read items the small ones stay', () => {
    const pair = new Pair({ segments: 16, segmentBytes: 2048, mergeTarget: 4, mergeMax: 8 })
    const isLarge = (i: number) => i % 2 === 0
    while (pair.storage.count('segmentFree') > 0) pair.write(isLarge(pair.written) ? 180 : 20)
    const all = Array.from({ length: pair.written }, (_, i) => i)
    for (let second = 0; second < 2; second++) pair.read(all.map(key))
    while (pair.storage.count('segmentMerge') === 0) pair.write(20)
    const gone = all.filter((i) => !read(pair.storage.seg, key(i)))
    expect(gone.length).toBeGreaterThan(10)
    expect(gone.filter(isLarge).length).toBeGreaterThan(0.7 * gone.length)
  })
})
