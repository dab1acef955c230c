/**
 * The fixed answers, each made once as bytes. The wording is memcached's to the letter: clients
 * compare it.
 *
 * @module
 */
export const Reply = {
  /** No fixed answer. */
  None: 0,
  Stored: 1,
  NotStored: 2,
  Exists: 3,
  NotFound: 4,
  Deleted: 5,
  Touched: 6,
  Ok: 7,
  End: 8,
  Reset: 9,
  /** The command is unknown. */
  Error: 10,
  BadFormat: 11,
  BadDataChunk: 12,
  BadExptime: 13,
  BadDelta: 14,
  /** `incr` or `decr` of a value that is no number. */
  NotANumber: 15,
  FlushNotAllowed: 16,
  TooLarge: 17,
  NoMemoryToStore: 18,
  /** `incr` or `decr` made the value longer than there is room for. */
  NoMemory: 19,
  /** To the flags of a meta command. */
  DuplicateFlag: 20,
  UnknownFlag: 21,
  TooManyFlags: 22,
  BadToken: 23,
  OpaqueTooLong: 24,
  BadBase64: 25,
  BadSetMode: 26,
  BadCountMode: 27,
  BadMetaFlag: 28,
  BadInitial: 29,
  BadMetaDelta: 30,
  /** To who has not logged in. */
  Unauthenticated: 31,
  LoginFailure: 32,
  BadLoginFormat: 33,
  BadLoginEnd: 34,
  LoginTooLong: 35,
} as const

export type Reply = (typeof Reply)[keyof typeof Reply]

const TEXT: Readonly<Record<keyof typeof Reply, string>> = {
  None: '',
  Stored: 'STORED',
  NotStored: 'NOT_STORED',
  Exists: 'EXISTS',
  NotFound: 'NOT_FOUND',
  Deleted: 'DELETED',
  Touched: 'TOUCHED',
  Ok: 'OK',
  End: 'END',
  Reset: 'RESET',
  Error: 'ERROR',
  BadFormat: 'CLIENT_ERROR bad command line format',
  BadDataChunk: 'CLIENT_ERROR bad data chunk',
  BadExptime: 'CLIENT_ERROR invalid exptime argument',
  BadDelta: 'CLIENT_ERROR invalid numeric delta argument',
  NotANumber: 'CLIENT_ERROR cannot increment or decrement non-numeric value',
  FlushNotAllowed: 'CLIENT_ERROR flush_all not allowed',
  TooLarge: 'SERVER_ERROR object too large for cache',
  NoMemoryToStore: 'SERVER_ERROR out of memory storing object',
  NoMemory: 'SERVER_ERROR out of memory',
  DuplicateFlag: 'CLIENT_ERROR duplicate flag',
  UnknownFlag: 'CLIENT_ERROR invalid flag',
  TooManyFlags: 'CLIENT_ERROR options flags are too long',
  BadToken: 'CLIENT_ERROR bad token in command line format',
  OpaqueTooLong: 'CLIENT_ERROR opaque token too long',
  BadBase64: 'CLIENT_ERROR error decoding key',
  BadSetMode: 'CLIENT_ERROR invalid mode for ms M token',
  BadCountMode: 'CLIENT_ERROR invalid mode for ma M token',
  BadMetaFlag: 'CLIENT_ERROR invalid or duplicate flag',
  BadInitial: 'CLIENT_ERROR invalid numeric initial value',
  BadMetaDelta: 'CLIENT_ERROR invalid numeric delta value',
  Unauthenticated: 'CLIENT_ERROR unauthenticated',
  LoginFailure: 'CLIENT_ERROR authentication failure',
  BadLoginFormat: 'CLIENT_ERROR bad authentication token format',
  BadLoginEnd: 'CLIENT_ERROR bad command line termination',
  LoginTooLong: 'CLIENT_ERROR auth token too long',
}

/** The bytes of every {@link Reply}, by its number, line end included. */
export const replyLines: readonly Buffer[] = (Object.keys(Reply) as (keyof typeof Reply)[]).map(
  (name) => Buffer.from(`${TEXT[name]}\r\n`, 'latin1'),
)

/** What a connection over the limit is told; it is no answer to a request. */
export const TOO_MANY_CONNECTIONS: Buffer = Buffer.from(
  'ERROR Too many open connections\r\n',
  'latin1',
)
