import type { Output } from '@pelikan/buffer'

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
}
