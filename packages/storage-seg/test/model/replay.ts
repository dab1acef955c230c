/**
 * Plays a history to a storage and to the `Map` of the testkit, and compares every answer.
 *
 * An item may be missing only where it can have been evicted: the counter of evictions has moved since it was
 * last seen or written, and altogether no more are missing than were evicted.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { NEVER, type Item, StoreMode } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import { type StatusName, StorageModel, StorageSubject, type WriteOptions } from '@pelikan/testkit'
import {
  itemFlags,
  itemSize,
  segMetrics,
  type Eviction,
  type SegOptions,
  type SegStorage,
} from '@pelikan/storage-seg'
import { vi } from 'vitest'
import { type Ground, largestItem, makeGround } from './ground.ts'
import { KEYS, type Settings, type Step, type Ttl, type Write } from './history.ts'

interface Open {
  /** Of the thread that it is held by. */
  readonly subject: StorageSubject
  readonly id: number
  readonly key: string
  readonly value: string
  readonly flags: number
  readonly ttl: Ttl
}

export interface ReplayOptions {
  /** Whether items may be evicted or writes refused for want of room; by default they may. */
  readonly heap?: 'tiny' | 'ample'
  /** Whether the storage recounts itself after every operation; by default it does. */
  readonly recounts?: boolean
  readonly make?: (options: SegOptions) => SegStorage
  /** Where it is played; by default on one of its own. */
  readonly ground?: Ground
  /** The keys of the history. */
  readonly keys?: readonly string[]
  /** Whether another history may take the room at any time. */
  readonly isCrowded?: boolean
}

/** What a thread was lent, and what it must be if it is true when the next step is over. */
interface Loan {
  readonly seg: SegStorage
  readonly key: string
  readonly item: Item
  readonly expected: string
}

const MODES = {
  set: StoreMode.Set,
  cas: StoreMode.Set,
  add: StoreMode.Add,
  replace: StoreMode.Replace,
  append: StoreMode.Append,
  prepend: StoreMode.Prepend,
} as const satisfies Record<Write, StoreMode>

/** Each look at the time finds it so much later: threads wait for each other, and here the other never comes. */
const MILLISECONDS_PER_LOOK = 100

/** @throws AssertionError where storage and model differ, SegError where the storage's recount does */
export function replay(
  eviction: Eviction,
  settings: Settings,
  steps: readonly Step[],
  options: ReplayOptions = {},
): void {
  let milliseconds = 0
  const look = () => (milliseconds += MILLISECONDS_PER_LOOK)
  const time =
    settings.threads > 1 ? vi.spyOn(performance, 'now').mockImplementation(look) : undefined
  try {
    const replayed = new Replay(eviction, settings, options)
    for (const step of steps) replayed.step(step)
    replayed.finish()
  } finally {
    time?.mockRestore()
  }
}

/** A history that is played, step by step. */
export class Replay {
  readonly #model: StorageModel
  readonly #metrics: Metrics
  readonly #subjects: readonly StorageSubject[]
  readonly #segs: readonly SegStorage[]
  /** Whose turn it is. */
  #thread = 0
  #loan: Loan | undefined = undefined
  readonly #segmentBytes: number
  readonly #segments: number
  /** Bytes of the largest item. */
  readonly #itemBytes: number
  readonly #isAmple: boolean
  readonly #isCrowded: boolean
  readonly #keys: readonly string[]
  /** In all values, to tell them from those of another history. */
  readonly #owner: string
  readonly #evicts: boolean
  readonly #open: Open[] = []
  /** What came in pieces and is being stored. */
  #committing: Open | undefined = undefined
  /** What a client that has read a key knows of it. */
  readonly #tokens = new Map<string, { cas: string; version: number }>()
  /** The counter of evictions when a key was last seen or written. */
  readonly #seenAt = new Map<string, number>()
  #missing = 0
  #mark = 0

  constructor(eviction: Eviction, settings: Settings, options: ReplayOptions) {
    const { heap = 'tiny', recounts = true, make, keys = KEYS, isCrowded = false } = options
    const { clock, metrics, segs } = options.ground ?? makeGround(eviction, settings, make)
    this.#metrics = metrics
    this.#segs = segs
    this.#model = new StorageModel(clock)
    this.#subjects = segs.map(
      (seg) => new StorageSubject(recounts ? seg : withoutCheck(seg), clock),
    )
    this.#keys = keys
    this.#itemBytes = largestItem(settings)
    this.#isAmple = heap === 'ample'
    this.#isCrowded = isCrowded
    this.#segmentBytes = settings.segmentBytes
    this.#segments = settings.segments
    this.#evicts = eviction !== 'none' && !this.#isAmple
    this.#owner = keys === KEYS ? '' : 'other'
  }

  get #subject(): StorageSubject {
    return this.#subjects[this.#thread]
  }

  get #seg(): SegStorage {
    return this.#segs[this.#thread]
  }

  step(step: Step): void {
    if (step[0] === 'turn') {
      this.#thread = step[1] % this.#subjects.length
      return
    }
    const loan = this.#loan
    this.#loan = undefined
    this.#do(step)
    if (loan !== undefined && loan.seg !== this.#seg) this.#compareLoan(loan)
  }

  #do(step: Exclude<Step, readonly ['turn', number]>): void {
    const subject = this.#subject
    const model = this.#model
    switch (step[0]) {
      case 'get':
        return this.#get(step[1], true)
      case 'prefetch':
        return subject.prefetch(step[1], 'k0')
      case 'lend':
        return this.#lend(step[1])
      case 'fetch':
        return this.#fetch(step)
      case 'invalidate': {
        const deadline = step[2] === 'same' ? undefined : this.#deadline(step[2])
        const asked = { invalidates: true, ...(deadline === undefined ? {} : { deadline }) }
        const answer = subject.discard(step[1], asked)
        return this.#agree(step[1], answer, () => model.invalidate(step[1], deadline))
      }
      case 'empty': {
        const answer = subject.discard(step[1], { empties: true })
        return this.#agree(step[1], answer, () => model.empty(step[1]))
      }
      case 'number':
        return this.#write('set', step[1], String(step[2]), 0, step[3])
      case 'increment':
      case 'decrement': {
        const [operation, key] = step
        const delta = BigInt(step[2])
        return this.#agree(key, subject[operation](key, delta), () => model[operation](key, delta))
      }
      case 'touch': {
        const deadline = this.#deadline(step[2])
        const answer = subject.touch(step[1], deadline)
        return this.#agree(step[1], answer, () => model.touch(step[1], deadline))
      }
      case 'getAndTouch':
        return this.#getAndTouch(step[1], this.#deadline(step[2]))
      case 'delete':
        return this.#agree(step[1], subject.delete(step[1]), () => model.delete(step[1]))
      case 'reserve':
        return this.#reserve(step[1], this.#value(step[2]), step[3], step[4])
      case 'commit':
        return this.#commit(step[1])
      case 'commitOn':
        return this.#commit(step[1], step[2])
      case 'abort': {
        const open = this.#open.shift()
        return open?.subject.abort(open.id)
      }
      case 'wait':
        return subject.wait(step[1])
      case 'expire':
        return subject.expire()
      case 'settle':
        return this.#seg.settle()
      case 'clear':
        for (const key of this.#keys) model.lose(key)
        return subject.clear()
      case 'flush':
        subject.flush(subject.in(step[1]))
        return model.flush(subject.in(step[1]))
      default:
        return this.#write(step[0], step[1], this.#value(step[2]), step[3], step[4])
    }
  }

  /** As {@link Replay.end}; then drop everything, and see that nothing is left behind. */
  finish(): void {
    this.end()
    this.#seg.check()
    // Each thread ends what it rests in.
    for (const subject of this.#subjects) subject.clear()
    this.#seg.check()
    const { segments } = this.#seg.inspect()
    assert.ok(
      segments.every(({ state }) => state === 'free'),
      'a segment is not free at the end',
    )
    const left = this.#metrics.read(segMetrics.itemCurrent)
    assert.equal(left, 0, 'items are counted at the end')
  }

  /** Compare all items, and end what is open. */
  end(): void {
    for (const key of this.#keys) this.#get(key, false)
    for (const { id, subject } of this.#open.splice(0)) subject.abort(id)
    for (const key of this.#keys) this.#get(key, false)
  }

  #get(key: string, remember: boolean): void {
    const seen = this.#subject.get(key)
    const item = this.#model.get(key)
    if (seen === undefined && item !== undefined) return this.#lose(key)
    assert.deepEqual(
      [seen?.value, seen?.flags, seen?.deadline],
      [item?.value, item?.flags, item?.deadline],
      `what is under ${key}`,
    )
    if (seen === undefined || item === undefined) return
    this.#seenAt.set(key, this.#evictions())
    const token = this.#tokens.get(key)
    if (token !== undefined) {
      assert.equal(seen.cas === token.cas, item.version === token.version, `the cas of ${key}`)
    }
    if (remember) this.#tokens.set(key, { cas: seen.cas, version: item.version })
  }

  #getAndTouch(key: string, deadline: number): void {
    const seen = this.#subject.getAndTouch(key, deadline)
    if (seen === undefined && this.#model.get(key) !== undefined) return this.#lose(key)
    if (seen !== undefined && seen.deadline !== deadline) {
      assert.ok(this.#mayBeFull(this.#sizeOf(key), true), 'it is full')
    }
    const item = this.#model.getAndTouch(key, seen?.deadline ?? deadline)
    assert.deepEqual([seen?.value, seen?.flags], [item?.value, item?.flags], `what is under ${key}`)
  }

  #lend(key: string): void {
    const bytes = Buffer.from(key)
    const item = this.#seg.get(bytes, 0, bytes.length)
    if (item === undefined) {
      if (this.#model.get(key) !== undefined) this.#lose(key)
      return
    }
    const expected = this.#model.get(key)?.value
    assert.ok(expected !== undefined, `${key} is lent, and should not be there`)
    this.#loan = { seg: this.#seg, key, item, expected }
  }

  #compareLoan({ seg, key, item, expected }: Loan): void {
    const value = item.bytes.toString('latin1', item.start, item.end)
    if (seg.release(item)) assert.equal(value, expected, `what was lent under ${key}`)
  }

  #fetch([, key, ttl, vivify, recache]: Extract<Step, readonly ['fetch', ...unknown[]]>): void {
    const deadline = ttl === 'same' ? undefined : this.#deadline(ttl)
    const asked = {
      recacheBefore: recache === 0 ? NEVER : this.#subject.in(recache),
      ...(deadline === undefined ? {} : { deadline }),
      ...(vivify === 'none' ? {} : { vivify: this.#deadline(vivify) }),
    }
    const seen = this.#subject.fetch(key, asked)
    const before = this.#model.peek(key)
    if (before !== undefined && (seen === undefined || seen.created)) this.#lose(key)
    if (seen === undefined && vivify !== 'none') {
      assert.ok(this.#mayBeFull(this.#size(key, 0, 0), false), `${key} is not made`)
      return
    }
    if (seen !== undefined && !seen.created && deadline !== undefined) {
      if (seen.deadline !== deadline) {
        // Nothing has happened.
        assert.ok(this.#mayBeFull(this.#sizeOf(key), true), 'it is full')
        assert.deepEqual([seen.value, seen.won], [before?.value, false], `what is under ${key}`)
        return
      }
    }
    const item = this.#model.fetch(key, asked)
    const shown = (found: typeof seen | typeof item) =>
      found && [found.value, found.flags, found.deadline, found.won, found.created]
    assert.deepEqual(shown(seen), shown(item), `what is fetched of ${key}`)
    this.#seenAt.set(key, this.#evictions())
  }

  #reserve(key: string, value: string, flags: number, ttl: Ttl): void {
    const deadline = this.#deadline(ttl)
    const id = this.#subject.reserve(key, value.length, { flags, deadline })
    if (typeof id === 'number') {
      this.#subject.write(id, value.slice(0, 3))
      this.#open.push({ subject: this.#subject, id, key, value, flags, ttl })
    } else if (id === 'TooLarge') {
      this.#isTooLarge(this.#size(key, value.length, flags))
    } else {
      assert.equal(id, 'NoSpace')
      assert.ok(!this.#isAmple, 'there is room to reserve')
    }
  }

  #commit(operation: Write, vivify?: Ttl | 'none'): void {
    const open = this.#open.shift()
    if (open === undefined) return
    this.#thread = this.#subjects.indexOf(open.subject)
    open.subject.write(open.id, open.value.slice(3))
    this.#committing = open
    this.#write(operation, open.key, open.value, open.flags, open.ttl, open.id, vivify)
    this.#committing = undefined
  }

  #write(
    operation: Write,
    key: string,
    value: string,
    flags: number,
    ttl: Ttl,
    reservation?: number,
    vivify?: Ttl | 'none',
  ): void {
    const { cas, version } = this.#tokens.get(key) ?? { cas: '0:0', version: 0 }
    const deadline = this.#deadline(ttl)
    const before = this.#model.get(key)
    const options = { flags, deadline, cas, ...(reservation === undefined ? {} : { reservation }) }
    const joins = operation === 'append' || operation === 'prepend'
    const end = vivify === undefined || vivify === 'none' ? undefined : this.#deadline(vivify)
    const answer =
      vivify === undefined
        ? this.#subject.store(operation, key, value, options)
        : this.#storeOn(operation, key, value, options, end)
    if (answer === 'TooLarge' || answer === 'NoSpace') {
      const grows = joins && before !== undefined
      const size = grows
        ? this.#size(key, value.length + before.value.length, before.flags)
        : this.#size(key, value.length, flags)
      if (answer === 'TooLarge') this.#isTooLarge(size)
      else assert.ok(this.#mayBeFull(size, grows), `${operation} ${key}: there is NoSpace`)
      if (operation === 'set') this.#model.lose(key)
      return
    }
    if (joins && end !== undefined && before !== undefined && answer === 'Ok') {
      const made = this.#subject.get(key)
      const isMade =
        made === undefined ||
        (made.deadline === end && made.value === value && made.flags === flags)
      const isAlike = before.deadline === end && before.value === '' && before.flags === flags
      if (isMade && !isAlike) this.#lose(key)
    }
    const entry = { value, flags, deadline, version }
    this.#agree(key, answer, () => {
      const status = this.#model.store(operation, key, entry)
      const isMade = joins && status === 'NotStored' && end !== undefined
      return isMade ? this.#model.store('set', key, { ...entry, deadline: end }) : status
    })
    if (answer !== 'Ok') return
    this.#seenAt.set(key, this.#evictions())
    this.#get(key, false)
  }

  #storeOn(
    operation: Write,
    key: string,
    value: string,
    { cas, ...options }: WriteOptions & { readonly cas: string },
    vivify: number | undefined,
  ): StatusName {
    const terms = {
      ...(operation === 'cas' ? { cas } : {}),
      ...(vivify === undefined ? {} : { vivify }),
    }
    return this.#subject.storeOn(MODES[operation], key, value, { ...options, ...terms }).status
  }

  #agree(key: string, answer: bigint | StatusName, expected: () => bigint | StatusName): void {
    if (answer === 'NoSpace' || answer === 'TooLarge') {
      const isFull = this.#mayBeFull(this.#sizeOf(key), true)
      assert.ok(answer === 'TooLarge' || isFull, `${key}: there is NoSpace`)
      return
    }
    const wasThere = this.#model.get(key) !== undefined
    const first = expected()
    if (answer === first) return
    assert.ok(wasThere, `${key}: ${String(answer)}, and not ${String(first)}`)
    this.#lose(key)
    assert.equal(answer, expected(), key)
  }

  /** `key` is not there though nobody asked for that. */
  #lose(key: string): void {
    this.#missing++
    const evictions = this.#evictions()
    assert.ok(this.#evicts, `${key} is missing`)
    // Where another history goes on, it may have been evicted before the operation that wrote it was over.
    const isSince = this.#isCrowded || evictions > (this.#seenAt.get(key) ?? 0)
    assert.ok(isSince, `${key} is missing and was not evicted`)
    assert.ok(this.#missing <= evictions, `${this.#missing} are missing of ${evictions} evicted`)
    this.#model.lose(key)
  }

  #evictions(): number {
    return this.#metrics.read(segMetrics.itemEvict)
  }

  /**
   * Whether there may be no room for an item of `size` bytes.
   *
   * @param grows whether what it is made of is kept meanwhile
   */
  #mayBeFull(size: number, grows: boolean): boolean {
    if (this.#isAmple) return false
    if (!this.#evicts || this.#isCrowded) return true
    const arrives = this.#committing !== undefined || this.#open.length > 0
    // One of two segments holds what arrives, and the item that grows may have the other.
    if (arrives && this.#segments - this.#inRuns() <= 2) return true
    // What is held may be in the middle of every window.
    return size > this.#segmentBytes && (grows || arrives)
  }

  /** Segments that have to stay with the longest values that arrive. */
  #inRuns(): number {
    const open = [...this.#open, ...(this.#committing === undefined ? [] : [this.#committing])]
    const lengths = open.map(({ key, value, flags }) =>
      Math.ceil(this.#size(key, value.length, flags) / this.#segmentBytes),
    )
    return lengths.filter((length) => length > 1).reduce((sum, length) => sum + length, 0)
  }

  /** Of what the model has under a key. */
  #sizeOf(key: string): number {
    const item = this.#model.get(key)
    return item === undefined ? 0 : this.#size(key, item.value.length, item.flags)
  }

  #isTooLarge(size: number): void {
    assert.ok(size > this.#itemBytes, `an item of ${size} bytes is TooLarge`)
  }

  /** Bytes no two of which are alike, so that a value that has moved is found out. */
  #value(length: number): string {
    this.#mark++
    return `${this.#owner}${this.#mark};`.repeat(length).slice(0, length)
  }

  #size(key: string, length: number, flags: number): number {
    // Every item must have room for a deadline.
    return itemSize(key.length, length, itemFlags(1, flags))
  }

  #deadline(ttl: Ttl): number {
    return ttl === 'never' ? NEVER : this.#subject.in(ttl)
  }
}

function withoutCheck(seg: SegStorage): SegStorage {
  return new Proxy(seg, {
    get(target, name) {
      if (name === 'check') return undefined
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
