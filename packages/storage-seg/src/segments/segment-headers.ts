/**
 * What is known of each segment: a row of 16 words, a cache line.
 *
 * ```text
 *   word  0      1     2         3          4          5      6          7
 *         state  list  writeEnd  liveBytes  liveItems  items  createdAt  sequence
 *   word  8             9      10        11        12    13      14        15
 *         lastDeadline  epoch  previous  next      pins  merged  arriving  run
 * ```
 *
 * Ids begin at 1, so that 0 in a slot or a link says "none". Rows change under the segment lock, but for
 * what belongs to whoever has claimed a segment: where it ends, how many items it has, what it was
 * numbered.
 *
 * *Pins* count the items that are being written to a segment. One that has pins is not claimed, and one
 * that is *claimed*, by the thread that evicts, gets no pins; neither is freed. Some of the pins may be those
 * of values that are *arriving* from clients, which last.
 *
 * An item that is longer than a segment has a *run* of them, neighbours in one slab. What is known of the run
 * is in the row of the first, its *head*; the rows of the others say which that is, and nothing else.
 *
 * ```text
 *   | Run, 3 | Rest, of 7 | Rest, of 7 |        segments 7, 8 and 9: one item, from the start of 7 on
 * ```
 *
 * @module
 */
import type { Tick } from '@pelikan/core'

declare const segmentId: unique symbol
/** Which segment: a row of the headers, never an offset. */
export type SegmentId = number & { readonly [segmentId]: true }

/** In place of a segment: there is none. */
export const NO_SEGMENT = 0 as SegmentId

export const SegmentState = {
  /** In the free list. */
  Free: 0,
  /** In the list of a TTL bucket. */
  Live: 1,
  /** Holds values that are still arriving. */
  Staging: 2,
  /** The head of a run: holds one item, and is in no list. */
  Run: 3,
  /** Another segment of a run. */
  Rest: 4,
} as const

export type SegmentState = (typeof SegmentState)[keyof typeof SegmentState]

/** As the last deadline of a segment: it holds an item that has none. */
export const NO_DEADLINE = 0x7fff_ffff

/** Bytes of a row. */
export const SEGMENT_HEADER_BYTES = 64

const ROW_WORDS = SEGMENT_HEADER_BYTES / 4
const STATE = 0
const LIST = 1
const WRITE_END = 2
const LIVE_BYTES = 3
const LIVE_ITEMS = 4
const ITEMS = 5
const CREATED_AT = 6
const SEQUENCE = 7
const LAST_DEADLINE = 8
const EPOCH = 9
const PREVIOUS = 10
const NEXT = 11
const PINS = 12
const MERGED = 13
const ARRIVING = 14
const RUN = 15
/** In place of pins. */
const CLAIMED = -1

export class SegmentHeaders {
  readonly count: number
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array

  constructor(
    count: number,
    memory: SharedArrayBuffer = new SharedArrayBuffer((count + 1) * SEGMENT_HEADER_BYTES),
  ) {
    this.count = count
    this.memory = memory
    this.#words = new Int32Array(memory)
  }

  state(id: SegmentId): SegmentState {
    return this.#words[id * ROW_WORDS + STATE] as SegmentState
  }

  /** Whether items may be in the segment: it is live, or the head of a run. */
  holdsItems(id: SegmentId): boolean {
    const state = this.state(id)
    return state === SegmentState.Live || state === SegmentState.Run
  }

  /** Segments that the item of a run has; 1 for one that is no run. */
  runLength(id: SegmentId): number {
    return this.state(id) === SegmentState.Run ? this.#words[id * ROW_WORDS + RUN] : 1
  }

  /** The head of the run that the segment is in; the segment itself where it is in none. */
  headOf(id: SegmentId): SegmentId {
    return this.state(id) === SegmentState.Rest
      ? (this.#words[id * ROW_WORDS + RUN] as SegmentId)
      : id
  }

  /** The list that the segment is in; for a run, where it would be if it were a segment. */
  list(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + LIST]
  }

  setList(id: SegmentId, list: number): void {
    this.#words[id * ROW_WORDS + LIST] = list
  }

  /** Where the next item goes, in bytes. */
  writeEnd(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + WRITE_END]
  }

  liveBytes(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + LIVE_BYTES]
  }

  liveItems(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + LIVE_ITEMS]
  }

  /** Items from the start to {@link SegmentHeaders.writeEnd}, the dead ones included. */
  items(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + ITEMS]
  }

  createdAt(id: SegmentId): Tick {
    return this.#words[id * ROW_WORDS + CREATED_AT]
  }

  /** Segments are numbered as they are opened, and again when they have been merged. */
  sequence(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + SEQUENCE]
  }

  setSequence(id: SegmentId, sequence: number): void {
    this.#words[id * ROW_WORDS + SEQUENCE] = sequence
  }

  /** No item of the segment is visible from this tick on; {@link NO_DEADLINE} where one has no end. */
  lastDeadline(id: SegmentId): Tick {
    return this.#words[id * ROW_WORDS + LAST_DEADLINE]
  }

  setLastDeadline(id: SegmentId, deadline: Tick): void {
    this.#words[id * ROW_WORDS + LAST_DEADLINE] = deadline
  }

  /** An item of this deadline is in the segment. */
  raiseLastDeadline(id: SegmentId, deadline: Tick): void {
    const at = id * ROW_WORDS + LAST_DEADLINE
    if (this.#words[at] < deadline) this.#words[at] = deadline
  }

  /** The flush that the segment comes after: its items are gone once another has happened. */
  epoch(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + EPOCH]
  }

  previous(id: SegmentId): SegmentId {
    return this.#words[id * ROW_WORDS + PREVIOUS] as SegmentId
  }

  next(id: SegmentId): SegmentId {
    return this.#words[id * ROW_WORDS + NEXT] as SegmentId
  }

  setPrevious(id: SegmentId, previous: SegmentId): void {
    this.#words[id * ROW_WORDS + PREVIOUS] = previous
  }

  setNext(id: SegmentId, next: SegmentId): void {
    this.#words[id * ROW_WORDS + NEXT] = next
  }

  /** Items that are being written; 0 for a claimed segment. */
  pins(id: SegmentId): number {
    return Math.max(this.#words[id * ROW_WORDS + PINS], 0)
  }

  /** Items whose values are arriving in place. */
  arriving(id: SegmentId): number {
    return this.#words[id * ROW_WORDS + ARRIVING]
  }

  addArriving(id: SegmentId, items: number): void {
    this.#words[id * ROW_WORDS + ARRIVING] += items
  }

  /** Whether somebody works on the segment: it has pins, is claimed, or values arrive in it. */
  isBusy(id: SegmentId): boolean {
    const row = id * ROW_WORDS
    return this.#words[row + PINS] !== 0 || this.#words[row + ARRIVING] !== 0
  }

  isClaimed(id: SegmentId): boolean {
    return this.#words[id * ROW_WORDS + PINS] === CLAIMED
  }

  pin(id: SegmentId): void {
    this.#words[id * ROW_WORDS + PINS]++
  }

  unpin(id: SegmentId): void {
    this.#words[id * ROW_WORDS + PINS]--
  }

  claim(id: SegmentId): void {
    this.#words[id * ROW_WORDS + PINS] = CLAIMED
  }

  unclaim(id: SegmentId): void {
    this.#words[id * ROW_WORDS + PINS] = 0
  }

  /** Whether the segment is what a merge has kept. */
  isMerged(id: SegmentId): boolean {
    return this.#words[id * ROW_WORDS + MERGED] !== 0
  }

  setMerged(id: SegmentId): void {
    this.#words[id * ROW_WORDS + MERGED] = 1
  }

  /** Begin an empty segment. */
  open(id: SegmentId, state: SegmentState, now: Tick, sequence: number, epoch: number): void {
    const row = id * ROW_WORDS
    const words = this.#words
    words[row + STATE] = state
    words[row + CREATED_AT] = now
    words[row + SEQUENCE] = sequence
    words[row + EPOCH] = epoch
    words[row + LAST_DEADLINE] = 0
    words[row + MERGED] = 0
  }

  /** Make an empty segment, which was opened, the head of `length` of them. */
  beginRun(head: SegmentId, length: number): void {
    this.#words[head * ROW_WORDS + RUN] = length
    for (let i = 1; i < length; i++) {
      const row = (head + i) * ROW_WORDS
      this.#words[row + STATE] = SegmentState.Rest
      this.#words[row + RUN] = head
    }
  }

  /** Let a free segment be neither free nor in use. */
  putAside(id: SegmentId): void {
    this.#words[id * ROW_WORDS + STATE] = SegmentState.Rest
    this.#words[id * ROW_WORDS + RUN] = id
  }

  /** Make the segment empty and free. */
  reset(id: SegmentId): void {
    const row = id * ROW_WORDS
    const words = this.#words
    words[row + STATE] = SegmentState.Free
    words[row + LIST] = 0
    words[row + WRITE_END] = 0
    words[row + LIVE_BYTES] = 0
    words[row + LIVE_ITEMS] = 0
    words[row + ITEMS] = 0
  }

  /** Account for an item of `size` bytes at the end; returns where it starts. */
  append(id: SegmentId, size: number): number {
    const row = id * ROW_WORDS
    const words = this.#words
    const start = words[row + WRITE_END]
    words[row + WRITE_END] = start + size
    words[row + LIVE_BYTES] += size
    words[row + LIVE_ITEMS]++
    words[row + ITEMS]++
    return start
  }

  /** Take back the {@link SegmentHeaders.append} of `size` bytes that was the last. */
  takeBack(id: SegmentId, size: number): void {
    const row = id * ROW_WORDS
    this.#words[row + WRITE_END] -= size
    this.#words[row + ITEMS]--
    this.bury(id, size)
  }

  /** An item of `size` bytes is dead. */
  bury(id: SegmentId, size: number): void {
    const row = id * ROW_WORDS
    this.#words[row + LIVE_BYTES] -= size
    this.#words[row + LIVE_ITEMS]--
  }

  /** Only `items` are left, from the start to `writeEnd`. */
  compacted(id: SegmentId, writeEnd: number, items: number): void {
    const row = id * ROW_WORDS
    this.#words[row + WRITE_END] = writeEnd
    this.#words[row + ITEMS] = items
  }
}
