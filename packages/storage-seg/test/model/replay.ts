/**
 * Plays a history to a storage and to the `Map` of the testkit, and compares every answer.
 *
 * An item may be missing only where it can have been evicted: the counter of evictions has moved since it was
 * last seen or written, and altogether no more are missing than were evicted.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { NEVER } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { FakeClock, type StatusName, StorageModel, StorageSubject } from '@pelikan/testkit'
import {
  itemFlags,
  itemSize,
  SegStorage,
  segMetrics,
  type Eviction,
  type SegOptions,
} from '@pelikan/storage-seg'
import { WeakHash } from '../weak-hash.ts'
import { KEYS, type Settings, type Step, type Ttl, type Write } from './history.ts'

interface Open {
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
}

/** @throws AssertionError where storage and model differ, SegError where the storage's recount does */
export function replay(
  eviction: Eviction,
  settings: Settings,
  steps: readonly Step[],
  options: ReplayOptions = {},
): void {
  const replayed = new Replay(eviction, settings, options)
  for (const step of steps) replayed.step(step)
  replayed.finish()
}

class Replay {
  readonly #clock = new FakeClock()
  readonly #model = new StorageModel(this.#clock)
  readonly #metrics = new Metrics([segMetrics])
  readonly #subject: StorageSubject
  readonly #seg: SegStorage
  readonly #segmentBytes: number
  readonly #segments: number
  /** Bytes of the largest item. */
  readonly #itemBytes: number
  readonly #isAmple: boolean
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
    const { heap = 'tiny', recounts = true, make = (all) => new SegStorage(all) } = options
    const { weak, itemSegments, ...rest } = settings
    // What the storage allows: some are for other values that arrive, and one for the rest.
    const most = Math.max(1, settings.segments - Math.ceil(settings.segments / 8) - 1)
    this.#itemBytes = Math.min(itemSegments, most) * settings.segmentBytes
    this.#isAmple = heap === 'ample'
    this.#seg = make({
      ...rest,
      ...(weak ? { hash: new WeakHash() } : {}),
      heapBytes: 1,
      itemSizeMax: this.#itemBytes - 13,
      eviction,
      clock: this.#clock,
      metrics: this.#metrics,
    })
    this.#clock.advance(100)
    this.#subject = new StorageSubject(recounts ? this.#seg : withoutCheck(this.#seg), this.#clock)
    this.#segmentBytes = settings.segmentBytes
    this.#segments = settings.segments
    this.#evicts = eviction !== 'none' && !this.#isAmple
  }

  step(step: Step): void {
    const subject = this.#subject
    const model = this.#model
    switch (step[0]) {
      case 'get':
        return this.#get(step[1], true)
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
      case 'abort': {
        const open = this.#open.shift()
        return open === undefined ? undefined : subject.abort(open.id)
      }
      case 'wait':
        return subject.wait(step[1])
      case 'expire':
        return subject.expire()
      case 'clear':
        for (const key of KEYS) model.lose(key)
        return subject.clear()
      case 'flush':
        subject.flush(subject.in(step[1]))
        return model.flush(subject.in(step[1]))
      default:
        return this.#write(step[0], step[1], this.#value(step[2]), step[3], step[4])
    }
  }

  /** Compare all items, end what is open, and leave nothing behind. */
  finish(): void {
    for (const key of KEYS) this.#get(key, false)
    for (const { id } of this.#open) this.#subject.abort(id)
    for (const key of KEYS) this.#get(key, false)
    this.#seg.check()
    this.#subject.clear()
    this.#seg.check()
    const { segments } = this.#seg.inspect()
    assert.ok(
      segments.every(({ state }) => state === 'free'),
      'a segment is not free at the end',
    )
    const left = this.#metrics.read(segMetrics.itemCurrent)
    assert.equal(left, 0, 'items are counted at the end')
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

  #reserve(key: string, value: string, flags: number, ttl: Ttl): void {
    const deadline = this.#deadline(ttl)
    const id = this.#subject.reserve(key, value.length, { flags, deadline })
    if (typeof id === 'number') {
      this.#subject.write(id, value.slice(0, 3))
      this.#open.push({ id, key, value, flags, ttl })
    } else if (id === 'TooLarge') {
      this.#isTooLarge(this.#size(key, value.length, flags))
    } else {
      assert.equal(id, 'NoSpace')
      assert.ok(!this.#isAmple, 'there is room to reserve')
    }
  }

  #commit(operation: Write): void {
    const open = this.#open.shift()
    if (open === undefined) return
    this.#subject.write(open.id, open.value.slice(3))
    this.#committing = open
    this.#write(operation, open.key, open.value, open.flags, open.ttl, open.id)
    this.#committing = undefined
  }

  #write(
    operation: Write,
    key: string,
    value: string,
    flags: number,
    ttl: Ttl,
    reservation?: number,
  ): void {
    const { cas, version } = this.#tokens.get(key) ?? { cas: '0:0', version: 0 }
    const deadline = this.#deadline(ttl)
    const before = this.#model.get(key)
    const options = { flags, deadline, cas, ...(reservation === undefined ? {} : { reservation }) }
    const answer = this.#subject.store(operation, key, value, options)
    if (answer === 'TooLarge' || answer === 'NoSpace') {
      const joins = operation === 'append' || operation === 'prepend'
      const grows = joins && before !== undefined
      const size = grows
        ? this.#size(key, value.length + before.value.length, before.flags)
        : this.#size(key, value.length, flags)
      if (answer === 'TooLarge') this.#isTooLarge(size)
      else assert.ok(this.#mayBeFull(size, grows), `${operation} ${key}: there is NoSpace`)
      if (operation === 'set') this.#model.lose(key)
      return
    }
    const entry = { value, flags, deadline, version }
    this.#agree(key, answer, () => this.#model.store(operation, key, entry))
    if (answer !== 'Ok') return
    this.#seenAt.set(key, this.#evictions())
    this.#get(key, false)
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
    assert.ok(evictions > (this.#seenAt.get(key) ?? 0), `${key} is missing and was not evicted`)
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
    if (!this.#evicts) return true
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
    return `${this.#mark};`.repeat(length).slice(0, length)
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
