/** What a request asks for, in every dialect of the protocol. */
export const Op = {
  /** A mistake of the client: {@link MemcacheRequest.reply} says which answer it gets. */
  Reject: 0,
  Get: 1,
  /** `get` whose answer has the cas token. */
  Gets: 2,
  /** `get` with a new exptime. */
  Gat: 3,
  Gats: 4,
  Set: 5,
  Add: 6,
  Replace: 7,
  Append: 8,
  Prepend: 9,
  Cas: 10,
  Touch: 11,
  Delete: 12,
  Increment: 13,
  Decrement: 14,
  FlushAll: 15,
  Verbosity: 16,
  Version: 17,
  Quit: 18,
  Stats: 19,
  /** The meta dialect: what its commands ask for is in {@link MemcacheRequest.meta}. */
  MetaGet: 20,
  MetaSet: 21,
  MetaDelete: 22,
  MetaArithmetic: 23,
  MetaDebug: 24,
  MetaNoop: 25,
  /** The binary dialect: which command is in {@link MemcacheRequest.opcode}. */
  Binary: 26,
  /** The first `set` of a connection that has to log in. */
  Login: 27,
  /** A command about the server itself: all of its line is in `key`. */
  Administer: 28,
} as const

export type Op = (typeof Op)[keyof typeof Op]
