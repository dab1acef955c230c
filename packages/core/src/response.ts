import type { Output } from '@pelikan/buffer'

/** The rest of an answer that may be longer than memory: the session asks for it piece by piece. */
export interface AnswerSource {
  /**
   * Write the next piece into `output`, some 10 KiB, within some milliseconds. It is called again once the
   * client has read enough, and never once the connection is gone.
   *
   * @returns whether more follows
   */
  readonly write: (output: Output) => boolean
  /**
   * Read after `write`: nothing more is there yet. `write` is called again some 50 ms later, and meanwhile
   * the session costs nothing.
   */
  readonly isIdle?: boolean
  /**
   * The answer is the last of its connection: what the client sends from then on is dropped unread, its
   * silence is not counted, and the connection ends with the client or with the server.
   */
  readonly isEndless?: boolean
  /** `write` is called no more, whoever ended it. Called once. */
  readonly end?: () => void
}

/**
 * Writes one protocol's answers. There is one per worker, bound to a request and to the output of its
 * session by {@link Response.begin}; an execution writes through it, so that a value is copied
 * once, from the storage to the output.
 */
export interface Response<Request> {
  /**
   * Start the answer to `request` in `output`; both are lent until the next call. A request that asks
   * for no answer mutes the bytes; what happened is recorded all the same.
   */
  readonly begin: (request: Request, output: Output) => void
  /** The place to {@link Response.rollback} to. */
  readonly mark: () => number
  /** Take back what was written since `mark`, for a read that has to be repeated. */
  readonly rollback: (mark: number) => void
  /** Whether the connection closes once this answer is sent. */
  readonly hangup: boolean
  /** What the answer goes on with, before the next request is looked at. */
  readonly source?: AnswerSource | undefined
}
