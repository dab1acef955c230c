/** What the front of a text parser's input is. `left` is a count that the parser keeps beside it. */
export const Mode = {
  /** A command line. */
  Line: 0,
  /** What is left of the line of a retrieval: `left` bytes. */
  Retrieval: 1,
  /** A line and its data, `left` bytes, of which some are missing. */
  Gather: 2,
} as const

export type Mode = (typeof Mode)[keyof typeof Mode]
