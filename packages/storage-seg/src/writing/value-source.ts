import { NO_RESERVATION, type Entry } from '@pelikan/core'
import type { Arriving } from './arriving.ts'
import { copyBytes, copyShared } from '../item/copy-bytes.ts'
import type { Slabs } from '../segments/slabs.ts'
import type { Staging } from './staging.ts'

const NO_BYTES = Buffer.alloc(0)

/** The value of an entry, `bytes[start, end)`, whether it came with the entry or in pieces before. */
export class ValueSource {
  bytes: Buffer = NO_BYTES
  start = 0
  end = 0
  /** What came in pieces; it ends with the source, unless somebody keeps its place. */
  arriving: Arriving | undefined = undefined
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
    if (entry.reservation === NO_RESERVATION) {
      this.arriving = undefined
      this.bytes = entry.value
      this.start = entry.valueStart
      this.end = entry.valueEnd
      return
    }
    const arriving = this.#staging.get(entry.reservation)
    this.arriving = arriving
    this.bytes = this.#slabs.bytes(arriving.segment)
    this.start = arriving.start
    this.end = arriving.start + arriving.written
  }

  copyTo(target: Buffer, at: number): void {
    if (this.arriving !== undefined) copyShared(this.bytes, this.start, this.end, target, at)
    else copyBytes(this.bytes, this.start, this.end, target, at)
  }

  /** Forget the value, and end the reservation that it came in. */
  close(entry: Entry): void {
    this.bytes = NO_BYTES
    this.arriving = undefined
    if (entry.reservation !== NO_RESERVATION) this.#staging.release(entry.reservation)
  }
}
