import type { SegmentId } from '../segments/segment-headers.ts'

/** A value that is arriving, and the room that it has. */
export interface Arriving {
  readonly segment: SegmentId
  /** Of the value, in the slab. */
  readonly start: number
  /** What it is to have, in bytes. */
  readonly length: number
  written: number
  /** Where in the segment the item is that it will be the value of; -1 where its room is a staging segment's. */
  readonly offset: number
  /** Bytes of that item. */
  readonly size: number
  /** Whether the item has been taken over by whoever stores it. */
  isKept: boolean
}
