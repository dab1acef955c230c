/**
 * What the generator needs of a network: connections that take bytes and bring bytes.
 *
 * @module
 */

/** Where a server listens. */
export type Target =
  | { readonly host: string; readonly port: number }
  /** A Unix socket. */
  | { readonly path: string }

export interface ClientTransport {
  /** Such as `net`. */
  readonly name: string
  /** Open a connection; {@link ClientEvents.opened} or {@link ClientEvents.closed} follows. */
  readonly connect: (target: Target, events: ClientEvents) => ClientConnection
}

export interface ClientConnection {
  /**
   * Send `bytes[0, end)`, which must stay as they are until they are taken.
   *
   * @returns true where they are taken already; else {@link ClientEvents.sent} follows, and nothing may
   * be sent before it
   */
  readonly send: (bytes: Buffer, end: number) => boolean
  /** Close at once; no event follows. */
  readonly close: () => void
}

export interface ClientEvents {
  readonly opened: () => void
  /** `bytes[start, end)` have arrived, lent until this returns. */
  readonly received: (bytes: Buffer, start: number, end: number) => void
  /** What was sent last is taken. */
  readonly sent: () => void
  /** The connection is no more: the server closed it, or `error` happened. */
  readonly closed: (error: Error | undefined) => void
}
