/**
 * Step 1: what a client can ask for. RESP, the protocol of Redis, has one kind of request, a list of
 * words, in two forms:
 *
 * ```text
 *   SET greeting hello⏎                          inline: a line, for people
 *   *3⏎$3⏎SET⏎$8⏎greeting⏎$5⏎hello⏎              an array of three strings, each with its length
 *         0        1           2                 words
 * ```
 *
 * Nothing downstream knows which form it was. A parser has *one* request object and fills it again
 * and again, and bytes stay bytes: a word is a range of the input, never a string. So a request
 * costs no memory, however many there are.
 *
 * @module
 */

/** Most words in a request. What a client can make a server hold must have an end. */
export const MAX_WORDS = 16

export const Op = { Unknown: 0, Ping: 1, Get: 2, Set: 3, Del: 4, Quit: 5 } as const
export type Op = (typeof Op)[keyof typeof Op]

const NO_BYTES = Buffer.alloc(0)
/** The bit that small letters have and capitals have not. */
const SMALL = 0x20

export class RespRequest {
  op: Op = Op.Unknown
  /** What holds the words. Lent, like the request, until the parser is called again. */
  bytes: Buffer = NO_BYTES
  /** Word `i` is `bytes[starts[i], ends[i])`; word 0 is the name of the command. */
  readonly starts = new Int32Array(MAX_WORDS)
  readonly ends = new Int32Array(MAX_WORDS)
  count = 0

  /** Whether word `index` is `word`, which is in capitals; the client need not be. */
  is(index: number, word: Buffer): boolean {
    const start = this.starts[index]
    if (this.ends[index] - start !== word.length) return false
    for (let i = 0; i < word.length; i++) {
      if ((this.bytes[start + i] & ~SMALL) !== word[i]) return false
    }
    return true
  }
}
