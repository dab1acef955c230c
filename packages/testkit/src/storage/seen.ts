import type { Status, Tick } from '@pelikan/core'

/** A status, as tests write it. */
export type StatusName = keyof typeof Status

/** What a reader sees of an item. */
export interface Seen {
  readonly value: string
  readonly flags: number
  readonly deadline: Tick
  /** The cas token, in words of 32 bits. */
  readonly cas: string
}
