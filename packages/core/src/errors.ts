/**
 * What is thrown, and it is little: "not yet" is `undefined`, a client's mistake is an answer, and a
 * refusal by the storage is a {@link Status}. Thrown is what ends a connection or a start.
 *
 * @module
 */

/** Codes of this package's errors. */
export type CoreErrorCode = 'PELIKAN_PROTOCOL_ERROR'

/** Root of every error that a Pelikan package throws. */
export class PelikanError<Code extends string = string> extends Error {
  /** Names the kind of error for programs: `PELIKAN_` and what happened. */
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** The bytes of a connection can no longer be trusted: it is answered, if the protocol says how, and closed. */
export class ProtocolError extends PelikanError<'PELIKAN_PROTOCOL_ERROR'> {
  /** What the client is told before the connection closes; `undefined` where the protocol says nothing. */
  readonly reply: Buffer | undefined

  constructor(message: string, reply?: Buffer) {
    super('PELIKAN_PROTOCOL_ERROR', message)
    this.reply = reply
  }
}
