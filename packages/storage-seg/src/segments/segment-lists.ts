/**
 * The segments of each TTL bucket, oldest first, linked through their headers. Items go into the last
 * one, the *tail*.
 *
 * ```text
 *   list   | head | tail | segments | next to merge |        4 words a list
 *            |      |
 *            v      v
 *           seg <-> seg <-> seg
 * ```
 *
 * S3-FIFO keeps two queues, each with lists of its own; elsewhere a list is a TTL bucket.
 *
 * @module
 */
import type { Control } from '../control.ts'
import { NO_SEGMENT, type SegmentHeaders, type SegmentId } from './segment-headers.ts'

/** Bytes of a row. */
export const SEGMENT_LIST_BYTES = 16

const ROW_WORDS = SEGMENT_LIST_BYTES / 4
const HEAD = 0
const TAIL = 1
const SEGMENTS = 2
const NEXT_TO_MERGE = 3

export class SegmentLists {
  readonly count: number
  readonly #headers: SegmentHeaders
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #control: Control

  constructor(
    count: number,
    headers: SegmentHeaders,
    control: Control,
    memory: SharedArrayBuffer = new SharedArrayBuffer(count * SEGMENT_LIST_BYTES),
  ) {
    this.memory = memory
    this.#control = control
    this.count = count
    this.#headers = headers
    this.#words = new Int32Array(memory)
  }

  /** Lists that are not empty. */
  get active(): number {
    return this.#control.activeLists
  }

  head(list: number): SegmentId {
    return this.#words[list * ROW_WORDS + HEAD] as SegmentId
  }

  tail(list: number): SegmentId {
    return this.#words[list * ROW_WORDS + TAIL] as SegmentId
  }

  segments(list: number): number {
    return this.#words[list * ROW_WORDS + SEGMENTS]
  }

  /** Where the last merge of the list stopped; {@link NO_SEGMENT} for its head. */
  nextToMerge(list: number): SegmentId {
    return this.#words[list * ROW_WORDS + NEXT_TO_MERGE] as SegmentId
  }

  setNextToMerge(list: number, segment: SegmentId): void {
    this.#words[list * ROW_WORDS + NEXT_TO_MERGE] = segment
  }

  isTail(segment: SegmentId): boolean {
    return this.tail(this.#headers.list(segment)) === segment
  }

  /** Put a segment that is in no list behind the others. */
  append(list: number, segment: SegmentId): void {
    const row = list * ROW_WORDS
    const words = this.#words
    const tail = words[row + TAIL] as SegmentId
    this.#headers.setList(segment, list)
    this.#headers.setPrevious(segment, tail)
    this.#headers.setNext(segment, NO_SEGMENT)
    if (tail === NO_SEGMENT) {
      words[row + HEAD] = segment
      this.#control.activeLists++
    } else {
      this.#headers.setNext(tail, segment)
    }
    words[row + TAIL] = segment
    words[row + SEGMENTS]++
  }

  remove(segment: SegmentId): void {
    const row = this.#headers.list(segment) * ROW_WORDS
    const words = this.#words
    const previous = this.#headers.previous(segment)
    const next = this.#headers.next(segment)
    if (words[row + NEXT_TO_MERGE] === segment) words[row + NEXT_TO_MERGE] = next
    if (previous === NO_SEGMENT) words[row + HEAD] = next
    else this.#headers.setNext(previous, next)
    if (next === NO_SEGMENT) words[row + TAIL] = previous
    else this.#headers.setPrevious(next, previous)
    words[row + SEGMENTS]--
    if (words[row + SEGMENTS] === 0) this.#control.activeLists--
  }
}
