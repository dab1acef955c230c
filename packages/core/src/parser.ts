import type { ByteBuffer } from '@pelikan/buffer'

/**
 * Takes requests off the front of a connection's bytes. Each connection has a parser of its own, which
 * remembers what one request leaves for the next: the rest of a line, a body under way, the dialect.
 */
export interface Parser<Request> {
  /**
   * The next request, taken off `input`; `undefined` while its last byte has not arrived. What is
   * left in `input` is offered again with more bytes behind it, so a parser bounds what it leaves: a
   * session that keeps 4 MiB of an unfinished request closes without an answer.
   *
   * Consuming the last byte may replace `input.bytes`: read it into a variable first.
   *
   * The request is lent until the next call, and so are the bytes it points into.
   *
   * @throws ProtocolError when no further bytes could make it a request: the session answers what the
   * error says and closes.
   */
  readonly parse: (input: ByteBuffer) => Request | undefined
  /**
   * Whether the front of a request has been taken off already, as of a body that arrives in pieces. What
   * is only dropped belongs to no request.
   */
  readonly partial: boolean
  /**
   * The connection is gone. The request that undoes what is half done, such as a body that will
   * never be complete, or `undefined` where nothing is. Executed with its answer thrown away.
   */
  readonly end: () => Request | undefined
}
