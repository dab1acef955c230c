/**
 * How long things may be. All are memcached's except where it has none.
 *
 * @module
 */

/** Lengths that BYTES may announce: what fits 31 bits together with the line end of the data. */
export const MAX_VALUE_BYTES = 0x7fff_fffd

/** A shorter line, its end included, is no command. */
export const MIN_LINE_BYTES = 4

/** With more than this and no line end, only a `get` or `gets` may still be coming. */
export const MAX_OPEN_LINE_BYTES = 2048

/** Blanks that may stand before that `get`. */
export const MAX_LEADING_BLANKS = 100

/** Longest line of every other command, its end included. */
export const MAX_LINE_BYTES: number = 16 * 1024

/** Longest line of `get` and `gets`. memcached has no limit; the input of a connection needs one. */
export const MAX_RETRIEVAL_LINE_BYTES: number = 1024 * 1024

/** A longer value is streamed into the storage unless all of it has arrived. */
export const MAX_GATHERED_VALUE_BYTES: number = 16 * 1024

/** A longer value is streamed in any case, so that its answer does not depend on how it arrived. */
export const MAX_WHOLE_VALUE_BYTES: number = 64 * 1024

/** Most bytes that a parser leaves in its input when it waits for more. */
export const MAX_PENDING_BYTES: number = MAX_RETRIEVAL_LINE_BYTES
