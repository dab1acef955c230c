import {
  type Codec,
  type Counts,
  INCOMPLETE,
  NO_MORE,
  type Probe,
  type RequestSource,
} from './codec.ts'
import { expectBytes } from './expect-bytes.ts'

const PING = Buffer.from('PING\r\n', 'latin1')
const PONG = Buffer.from('PONG\r\n', 'latin1')

/** `PING`, and nothing but `PONG` is right. */
export class PingCodec implements Codec {
  readonly probe: Probe = { request: 'PING\r\n', reply: 'PONG\r\n' }
  readonly memoLength = 0
  readonly maxRequestBytes: number = PING.length
  readonly counts: Counts = { keys: 0, misses: 0, refused: 0 }
  readonly requests: RequestSource = {
    write(_connection, out, at) {
      for (let i = 0; i < PING.length; i++) out[at + i] = PING[i]!
      return at + PING.length
    },
  }

  /** A ping leaves nothing behind. */
  forget(): void {}

  /** There is nothing to fill. */
  fill(): RequestSource {
    return { write: () => NO_MORE }
  }

  check(bytes: Buffer, start: number, end: number): number {
    const at = expectBytes(PONG, bytes, start, end)
    if (at !== INCOMPLETE) this.counts.keys++
    return at
  }
}
