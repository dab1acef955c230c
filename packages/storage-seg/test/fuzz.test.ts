/**
 * Random operations on tiny heaps, compared with a `Map`, with a recount after each. A failure prints its
 * seed and the shortest sequence that was found; `FUZZ_SEED` and `FUZZ_RUNS` repeat and prolong.
 */
import assert from 'node:assert/strict'
import { FakeClock, type StatusName, StorageModel, StorageSubject } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { SegStorage, itemFlags, itemSize, type Eviction } from '@pelikan/storage-seg'
import { WeakHash } from './weak-hash.ts'

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 120)
const SEED = process.env['FUZZ_SEED']
const KEYS = Array.from({ length: 40 }, (_, i) => `k${'-'.repeat(i % 7)}${i}`)
const WRITES = ['set', 'set', 'set', 'add', 'replace', 'append', 'prepend', 'cas'] as const
const POLICIES: readonly Eviction[] = [
  'none',
  'random',
  'random-fifo',
  'fifo',
  'cte',
  'util',
  'merge',
  's3-fifo',
]

const setup = fc.record({
  segments: fc.integer({ min: 2, max: 12 }),
  segmentBytes: fc.constantFrom(256, 1024),
  hashPower: fc.integer({ min: 3, max: 6 }),
  overflowFactor: fc.constantFrom(0, 0.5, 2, 16),
  compactTarget: fc.constantFrom(0, 2, 4),
  mergeTarget: fc.constantFrom(2, 4),
  weak: fc.boolean(),
  seed: fc.nat(),
})
type Setup = typeof setup extends fc.Arbitrary<infer Value> ? Value : never
const key = fc.constantFrom(...KEYS)
/** Ticks: every tier of TTL buckets, and the near end. */
const ttl = fc.oneof(
  { weight: 4, arbitrary: fc.constant(Infinity) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 2, arbitrary: fc.constantFrom(20_000, 40_000, 400_000, 6_000_000, 90_000_000) },
  { weight: 1, arbitrary: fc.integer({ min: -2, max: 0 }) },
)
const flags = fc.constantFrom(0, 0, 0, 7, -1)
const length = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 90 }) },
  { weight: 1, arbitrary: fc.nat({ max: 1100 }) },
)
const common = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('get'), key) },
  {
    weight: 12,
    arbitrary: fc.tuple(fc.constant('write'), fc.constantFrom(...WRITES), key, length, flags, ttl),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant('number'), key, fc.nat({ max: 1500 }), ttl) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('count'), key, fc.integer({ min: -99, max: 999 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('touch'), key, ttl) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('gat'), key, ttl) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('delete'), key) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('reserve'), key, length, flags, ttl) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('commit'), fc.constantFrom(...WRITES)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('wait'), fc.constantFrom(1, 5, 11, 100, 3000)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('expire')) },
)
const anyStep = fc.oneof(
  { weight: 60, arbitrary: common },
  { weight: 1, arbitrary: fc.tuple(fc.constant('flush'), fc.integer({ min: -1, max: 20 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('clear')) },
)

interface Open {
  readonly id: number
  readonly key: string
  readonly value: string
  readonly flags: number
  readonly ttl: number
}

/** One storage, its model, and the comparison of every answer. */
class Fuzz {
  readonly #clock = new FakeClock()
  readonly #model = new StorageModel(this.#clock)
  readonly #subject: StorageSubject
  readonly #segmentBytes: number
  /** Under eviction an item may be gone at any time, and a write is never refused for want of room. */
  readonly #evicts: boolean
  /** One of two segments holds what arrives, and the item that grows may have the other. */
  readonly #isTight: boolean
  #committing = false
  readonly #tokens = new Map<string, { cas: string; version: number }>()
  readonly #open: Open[] = []
  #mark = 0

  constructor(eviction: Eviction, options: Setup) {
    const { weak, ...rest } = options
    const hash = weak ? { hash: new WeakHash() } : {}
    const seg = new SegStorage({ ...rest, ...hash, heapBytes: 1, eviction, clock: this.#clock })
    this.#clock.advance(100)
    this.#subject = new StorageSubject(seg, this.#clock)
    this.#segmentBytes = options.segmentBytes
    this.#evicts = eviction !== 'none'
    this.#isTight = options.segments === 2
  }

  run(steps: readonly (readonly unknown[])[]): void {
    for (const next of steps) this.#step(next)
    for (const { id } of this.#open) this.#subject.abort(id)
    for (const name of KEYS) this.#get(name)
    this.#subject.clear()
  }

  #step(step: readonly unknown[]): void {
    const subject = this.#subject
    const model = this.#model
    const [what, a, b, c, d, e] = step as [string, never, never, never, never, never]
    switch (what) {
      case 'get':
        return this.#get(a)
      case 'write':
        return this.#write(a, b, this.#value(c), d, e)
      case 'number':
        return this.#write('set', a, String(b), 0, c)
      case 'count': {
        const delta = BigInt(Math.abs(b))
        const operation = b < 0 ? 'decrement' : 'increment'
        const answer = subject[operation](a, delta)
        return this.#agree(a, answer, () => model[operation](a, delta))
      }
      case 'touch': {
        const deadline = this.#deadline(b)
        return this.#agree(a, subject.touch(a, deadline), () => model.touch(a, deadline))
      }
      case 'gat': {
        const deadline = this.#deadline(b)
        const seen = subject.getAndTouch(a, deadline)
        if (seen === undefined && this.#evicts) return model.lose(a)
        if (seen !== undefined && seen.deadline !== deadline) assert.ok(this.#mayBeFull())
        const item = model.getAndTouch(a, seen?.deadline ?? deadline)
        assert.deepEqual([seen?.value, seen?.flags], [item?.value, item?.flags])
        return
      }
      case 'delete':
        return this.#agree(a, subject.delete(a), () => model.delete(a))
      case 'reserve': {
        const value = this.#value(b)
        const deadline = this.#deadline(d)
        const id = subject.reserve(a, value.length, { flags: c, deadline })
        if (typeof id === 'number') {
          subject.write(id, value.slice(0, 3))
          this.#open.push({ id, key: a, value, flags: c, ttl: d })
        } else if (id === 'TooLarge') {
          assert.ok(this.#size(a, value.length, c) > this.#segmentBytes)
        } else {
          assert.equal(id, 'NoSpace')
        }
        return
      }
      case 'commit': {
        const open = this.#open.shift()
        if (open === undefined) return
        subject.write(open.id, open.value.slice(3))
        this.#committing = true
        this.#write(a, open.key, open.value, open.flags, open.ttl, open.id)
        this.#committing = false
        return
      }
      case 'wait':
        return subject.wait(a)
      case 'expire':
        return subject.expire()
      case 'clear':
        for (const name of KEYS) model.lose(name)
        return subject.clear()
      case 'flush':
        subject.flush(subject.in(a))
        return model.flush(subject.in(a))
      default:
        assert.fail(what)
    }
  }

  #mayBeFull(): boolean {
    return !this.#evicts || (this.#isTight && (this.#committing || this.#open.length > 0))
  }

  #get(name: string): void {
    const seen = this.#subject.get(name)
    if (seen === undefined && this.#evicts) return this.#model.lose(name)
    const item = this.#model.get(name)
    assert.deepEqual(
      [seen?.value, seen?.flags, seen?.deadline],
      [item?.value, item?.flags, item?.deadline],
      name,
    )
    if (seen === undefined || item === undefined) return
    const token = this.#tokens.get(name)
    if (token !== undefined) {
      assert.equal(seen.cas === token.cas, item.version === token.version, `cas of ${name}`)
    }
    this.#tokens.set(name, { cas: seen.cas, version: item.version })
  }

  #write(
    operation: (typeof WRITES)[number],
    name: string,
    value: string,
    itsFlags: number,
    itsTtl: number,
    reservation?: number,
  ): void {
    const { cas, version } = this.#tokens.get(name) ?? { cas: '0:0', version: 0 }
    const deadline = this.#deadline(itsTtl)
    const before = this.#model.get(name)
    const options = { flags: itsFlags, deadline, cas }
    const answer = this.#subject.store(
      operation,
      name,
      value,
      reservation === undefined ? options : { ...options, reservation },
    )
    const entry = { value, flags: itsFlags, deadline, version }
    if (answer === 'TooLarge' || answer === 'NoSpace') {
      const joins = operation === 'append' || operation === 'prepend'
      const size =
        joins && before !== undefined
          ? this.#size(name, value.length + before.value.length, before.flags)
          : this.#size(name, value.length, itsFlags)
      if (answer === 'TooLarge') assert.ok(size > this.#segmentBytes, `${size} bytes are TooLarge`)
      else assert.ok(this.#mayBeFull(), 'there is NoSpace')
      if (operation === 'set') this.#model.lose(name)
      return
    }
    this.#agree(name, answer, () => this.#model.store(operation, name, entry))
    if (answer === 'Ok') this.#get(name)
  }

  #agree(name: string, answer: bigint | StatusName, expected: () => bigint | StatusName): void {
    if (answer === 'NoSpace' || answer === 'TooLarge') {
      assert.ok(answer === 'TooLarge' || this.#mayBeFull(), 'there is NoSpace')
      return
    }
    const first = expected()
    if (answer === first) return
    if (this.#evicts) {
      this.#model.lose(name)
      if (answer === expected()) return
    }
    assert.equal(answer, first)
  }

  #value(valueLength: number): string {
    this.#mark++
    return `${this.#mark};`.repeat(valueLength).slice(0, valueLength)
  }

  #size(name: string, valueLength: number, itsFlags: number): number {
    // Every item must have room for a deadline.
    return itemSize(name.length, valueLength, itemFlags(1, itsFlags))
  }

  #deadline(itsTtl: number): number {
    return itsTtl === Infinity ? 0 : this.#subject.in(itsTtl)
  }
}

describe.each(POLICIES)('random operations under %s', (eviction) => {
  it('do what the model does', () => {
    fc.assert(
      fc.property(setup, fc.array(anyStep, { maxLength: 400, size: 'max' }), (options, steps) => {
        new Fuzz(eviction, options).run(steps)
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    )
  }, 600_000)
})
