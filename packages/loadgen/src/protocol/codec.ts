/**
 * The seam between the load generator and a protocol. The generator knows connections and time; a
 * codec knows what to send and what the reply has to be, to the byte.
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

/** From {@link Codec.check}: the last byte of the reply has not arrived. */
export const INCOMPLETE = -1
/** From {@link RequestSource.write}: there is nothing more to send. */
export const NO_MORE = -1

export interface RequestSource {
  /**
   * Write a request at `out[at]`, and what {@link Codec.check} has to know of it at `memo[memoAt]`.
   *
   * @param connection number of the connection that sends it, unique in the whole run
   * @returns where the request ends, or {@link NO_MORE}
   */
  readonly write: (
    connection: number,
    out: Buffer,
    at: number,
    memo: Int32Array,
    memoAt: number,
  ) => number
}

/** One exchange that shows that a server answers. */
export interface Probe {
  readonly request: string
  /** What the reply begins with. */
  readonly reply: string
}

/** What the replies said since the codec was made; the codec counts up, the generator reads. */
export interface Counts {
  /** Keys that were asked for: 1 for a request without keys. */
  keys: number
  /** Keys that were asked for and not there. */
  misses: number
  /** Changes that the server rightly did not make, such as an `add` of a key that is there. */
  refused: number
}

/** What one thread says in one protocol. */
export interface Codec {
  readonly probe: Probe
  /** Integers in a memo. */
  readonly memoLength: number
  /** Most bytes in a request. */
  readonly maxRequestBytes: number
  /** Forget what replies said about the state of the server: the next ones may come from another. */
  readonly forget: () => void
  /** What has to be sent before measuring, this thread's share of it: every key once. */
  readonly fill: () => RequestSource
  /** What is measured. It has no end. */
  readonly requests: RequestSource
  /**
   * Check the reply at the front of `bytes[start, end)`.
   *
   * @returns where it ends, or {@link INCOMPLETE}
   * @throws LoadError `PELIKAN_LOAD_WRONG_REPLY` where it is not what the server has to send
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

/** Which part of the load a thread carries. */
export interface Share {
  /** Number of this thread, from 0, and how many there are. */
  readonly thread: number
  readonly threads: number
  /** Connections of all threads together. */
  readonly connections: number
}
