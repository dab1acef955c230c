import { NO_RESERVATION, type Entry } from '@pelikan/core'
import { copyBytes, copyShared } from '../item/copy-bytes.ts'
import type { Slabs } from '../segments/slabs.ts'
import type { Staging } from './staging.ts'

const NO_BYTES = Buffer.alloc(0)

/** The value of an entry, `bytes[start, end)`, whether it came with the entry or in pieces before. */
export class ValueSource {
  bytes: Buffer = NO_BYTES
  start = 0
  end = 0
  /** Whether the bytes are those of a segment. */
  #isStaged = false
  readonly #slabs: Slabs
  readonly #staging: Staging

  constructor(slabs: Slabs, staging: Staging) {
    this.#slabs = slabs
    this.#staging = staging
  }

  get length(): number {
    return this.end - this.start
  }

  /** @throws SegError `PELIKAN_SEG_INVALID_RESERVATION` */
  open(entry: Entry): void {
    this.#isStaged = entry.reservation !== NO_RESERVATION
    if (!this.#isStaged) {
      this.bytes = entry.value
      this.start = entry.valueStart
      this.end = entry.valueEnd
      return
    }
    const { segment, start, written } = this.#staging.get(entry.reservation)
    this.bytes = this.#slabs.bytes(segment)
    this.start = start
    this.end = start + written
  }

  copyTo(target: Buffer, at: number): void {
    if (this.#isStaged) copyShared(this.bytes, this.start, this.end, target, at)
    else copyBytes(this.bytes, this.start, this.end, target, at)
  }

  /** Forget the value, and end the reservation that it came in. */
  close(entry: Entry): void {
    this.bytes = NO_BYTES
    if (entry.reservation !== NO_RESERVATION) this.#staging.release(entry.reservation)
  }
}
