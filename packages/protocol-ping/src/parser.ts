/**
 * `PING` or `ping` and a line end, as in Pelikan's pingserver; words behind the first are ignored. `QUIT`
 * or `quit`, which people type into telnet, closes. Anything else closes without an answer.
 *
 * @module
 */
import { type ByteBuffer, CR, LF, SPACE } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import { PingOp, PingRequest } from './request.ts'

/** Most bytes before the line feed; a longer line closes, whether its end has arrived or not. */
export const MAX_LINE_BYTES = 1024

const VERB_BYTES = 4
const LOWER_PING = word('ping')
const UPPER_PING = word('PING')
const LOWER_QUIT = word('quit')
const UPPER_QUIT = word('QUIT')

export class PingParser implements Parser<PingRequest> {
  readonly partial = false
  readonly #request = new PingRequest()

  parse(input: ByteBuffer): PingRequest | undefined {
    const { bytes, end, start } = input
    let newline = start
    while (newline < end && bytes[newline] !== LF) newline++
    if (newline - start > MAX_LINE_BYTES) throw new ProtocolError('the line is too long')
    if (newline === end) return undefined
    const lineEnd = newline > start && bytes[newline - 1] === CR ? newline - 1 : newline
    this.#request.op = verb(bytes, start, lineEnd)
    input.consume(newline + 1 - start)
    return this.#request
  }

  end(): undefined {}
}

/** The request that the line `bytes[start, end)` is. */
function verb(bytes: Buffer, start: number, end: number): PingOp {
  const verbEnd = start + VERB_BYTES
  if (end === verbEnd || (end > verbEnd && bytes[verbEnd] === SPACE)) {
    const read =
      (bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3]
    if (read === UPPER_PING || read === LOWER_PING) return PingOp.Ping
    if (read === UPPER_QUIT || read === LOWER_QUIT) return PingOp.Quit
  }
  throw new ProtocolError('the line is neither ping nor quit')
}

/** Four characters as the number that {@link verb} reads. */
function word(text: string): number {
  return Buffer.from(text, 'latin1').readInt32BE()
}
