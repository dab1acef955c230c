/**
 * How a value travels. A small one comes whole; a large one is never gathered in the input: its
 * storage is reserved when the command line is read and filled as bytes arrive.
 *
 * ```text
 *   set k 0 0 5⏎hello⏎               Whole
 *   set k 0 0 1048576⏎aaaa aaaa..⏎   Begin  Chunk  Chunk  ..  End      (Abort: bad end, or gone)
 * ```
 *
 * @module
 */
export const Part = {
  /** The value is all there. */
  Whole: 0,
  /** The command line; `valueLength` bytes follow. */
  Begin: 1,
  /** More of the value. */
  Chunk: 2,
  /** The value is complete: do what the command says. */
  End: 3,
  /** It never will be: give up what is reserved. */
  Abort: 4,
} as const

export type Part = (typeof Part)[keyof typeof Part]
