import type { Connection } from './transport.ts'

/** What ended a connection: the client, what it sent, its silence, or the server. */
export type CloseReason = 'normal' | 'error' | 'idle_timeout' | 'shutdown'

/**
 * Sees requests that a worker has executed, with what was answered: to log them, to count which keys are
 * asked for, to show them to who watches.
 *
 * It is called between two requests of the data plane. It takes little time, it waits for nothing, and
 * nothing that it could throw would help a client.
 */
export interface Observer<Request, Response> {
  /**
   * Of so many requests one is shown; 1 for all of them, 0 for none. It may change: it is read at the
   * start of each turn, and after each request that was shown. A request that comes in pieces counts once,
   * with its last one.
   */
  readonly sample: number
  /**
   * A request was executed. Both, and the bytes that they point into, are lent until this returns.
   *
   * @param connection the number of who asked, which no other connection of the process has had
   */
  readonly observe: (request: Request, response: Response, connection: number) => void
  /**
   * A request was executed in one of the turns that are timed, `nanoseconds` after the turn began, of which
   * `alone` were its own: those since the request before it in the turn. Lent as for `observe`; that
   * `sample` has no part in this.
   */
  readonly timed?: (
    request: Request,
    response: Response,
    nanoseconds: number,
    alone: number,
  ) => void
  /** A client has connected, and is served. That `sample` has no part in this. */
  readonly opened?: (number: number, connection: Connection) => void
  /** A connection that was `opened` is gone. */
  readonly closed?: (number: number, connection: Connection, reason: CloseReason) => void
}
