import { Uint64 } from '@pelikan/buffer'
import { NEVER, type Tick } from './clock.ts'

const NO_BYTES = Buffer.alloc(0)

/**
 * A view of one item that a storage lends: one that it fills for each read, or the item itself where it
 * keeps items of this class.
 */
export class Item {
  /** What holds the value. */
  bytes: Buffer = NO_BYTES
  /** The value is `bytes[start, end)`. */
  start = 0
  end = 0
  /** The client's 32 bits, as a signed integer. */
  flags = 0
  /** Differs after every write of this item, and only then. */
  readonly cas: Uint64 = new Uint64()
  /** Visible while now < deadline; {@link NEVER} for no end. */
  deadline: Tick = NEVER
  /** Of {@link KeyValueStorage.fetch} and of scans only: the item's marks, bits of {@link Mark}, before this read. */
  marks = 0
  /** Of {@link KeyValueStorage.fetch} and of scans only: when the item was last read, written or touched before this read. */
  lastAccess: Tick = NEVER
}
