import { Uint64 } from '@pelikan/buffer'
import { NEVER, type Tick } from './clock.ts'

const NO_BYTES = Buffer.alloc(0)

/** As a reservation: the value is inline. */
export const NO_RESERVATION = -1

/**
 * What a writer asks a storage to keep. One object is filled for every write and lent for the call:
 * a storage copies what it keeps.
 *
 * The value is `value[valueStart, valueEnd)`, or, where `reservation` is set, what was written into
 * that reservation.
 */
export class Entry {
  key: Buffer = NO_BYTES
  keyStart = 0
  keyEnd = 0
  value: Buffer = NO_BYTES
  valueStart = 0
  valueEnd = 0
  /** A number that {@link KeyValueStorage.reserve} gave, or {@link NO_RESERVATION}. */
  reservation: number = NO_RESERVATION
  /** The client's 32 bits, as a signed integer. */
  flags = 0
  /** Visible while now < deadline; {@link NEVER} for no end, any tick up to now for "expired at once". */
  deadline: Tick = NEVER
  /** For `cas`: the token that the item must still have. */
  readonly cas: Uint64 = new Uint64()
}
