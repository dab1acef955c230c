/**
 * The seam between the load generator and a protocol. The generator knows connections and time; a
 * codec knows what to send and what the answer has to be, to the byte.
 *
 * ```text
 *   RequestSource.write ──► bytes to send
 *          │
 *          └─ memo: a few integers that say what was asked ──► Codec.check ◄── bytes received
 * ```
 *
 * Memos are integers in a table of the connection, so that a request in flight costs no object.
 *
 * @module
 */

/** From {@link Codec.check}: the last byte of the answer has not arrived. */
export const INCOMPLETE = -1
/** From {@link RequestSource.write}: there is nothing more to send. */
export const NO_MORE = -1

export interface RequestSource {
  /**
   * Write a request at `out[at]`, and what {@link Codec.check} has to know of it at `memo[memoAt]`.
   *
   * @returns where the request ends, or {@link NO_MORE}
   */
  readonly write: (out: Buffer, at: number, memo: Int32Array, memoAt: number) => number
}

/** One exchange that shows that a server answers. */
export interface Probe {
  readonly request: string
  /** What the answer begins with. */
  readonly reply: string
}

/** What the answers said, since the codec was made. */
export interface Counts {
  /** What throughput and cost are counted in: requests, or keys where a request has several. */
  operations: number
  /** Keys that were asked for and not there. */
  misses: number
}

export interface Codec {
  readonly probe: Probe
  /** Integers in a memo. */
  readonly memoLength: number
  /** Most bytes in a request. */
  readonly maxRequestBytes: number
  /** What has to be sent before measuring: every key once. */
  readonly fill: () => RequestSource
  /** What is measured. It has no end. */
  readonly requests: RequestSource
  /**
   * Check the answer at the front of `bytes[start, end)`.
   *
   * @returns where it ends, or {@link INCOMPLETE}
   * @throws WrongReply where it is not what the server has to answer
   */
  readonly check: (
    bytes: Buffer,
    start: number,
    end: number,
    memo: Int32Array,
    memoAt: number,
  ) => number
  readonly counts: Counts
}

const SHOWN_BYTES = 80

/** A server answered something else than it had to: its figures would mean nothing. */
export class WrongReply extends Error {
  constructor(expected: string, bytes: Buffer, start: number, end: number) {
    const got = bytes.toString('latin1', start, Math.min(end, start + SHOWN_BYTES))
    super(`expected ${expected}, got ${JSON.stringify(got)}`)
    this.name = 'WrongReply'
  }
}

/**
 * Compare what has arrived in `bytes[start, end)` with `expected`.
 *
 * @returns where `expected` ends, or {@link INCOMPLETE} where its front has arrived
 * @throws WrongReply at the first byte that differs
 */
export function expectBytes(expected: Buffer, bytes: Buffer, start: number, end: number): number {
  const arrived = Math.min(expected.length, end - start)
  for (let i = 0; i < arrived; i++) {
    if (bytes[start + i] !== expected[i]) {
      throw new WrongReply(JSON.stringify(expected.toString('latin1')), bytes, start, end)
    }
  }
  return arrived === expected.length ? start + arrived : INCOMPLETE
}
