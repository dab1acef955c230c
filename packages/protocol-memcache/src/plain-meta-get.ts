/**
 * `mg KEY` with flags of one letter that change nothing, such as `mg foo v f`: the meta command that
 * matters most, read in one pass. Everything else takes the way of all lines.
 *
 * @module
 */
import { SPACE } from '@pelikan/buffer'
import { MAX_KEY_BYTES } from '@pelikan/core'
import { lineEndAt } from './line-end.ts'
import { Flag, NO_META_FLAGS } from './meta-flags.ts'
import { Op } from './opcode.ts'
import type { MemcacheRequest } from './request.ts'

const LETTER_M = 109
const LETTER_G = 103
const VERB_BYTES = 3

/**
 * Fill `request` from the line that begins at `bytes[start]`.
 *
 * @returns where the line ends; 0 where it is another one, or not all there
 */
export function readPlainMetaGet(
  bytes: Buffer,
  start: number,
  end: number,
  request: MemcacheRequest,
): number {
  if (
    end - start <= VERB_BYTES ||
    bytes[start] !== LETTER_M ||
    bytes[start + 1] !== LETTER_G ||
    bytes[start + 2] !== SPACE ||
    request.meta === NO_META_FLAGS
  ) {
    return 0
  }
  const keyStart = start + VERB_BYTES
  let at = keyStart
  while (at < end && bytes[at] > SPACE) at++
  if (at === keyStart || at - keyStart > MAX_KEY_BYTES) return 0
  const keyEnd = at
  const flags = request.meta
  flags.resetPlain()
  /** The letters that were there, by their low five bits. */
  let seen = 0
  while (at + 1 < end && bytes[at] === SPACE) {
    const letter = bytes[at + 1]
    const bit = 1 << (letter & 31)
    if ((seen & bit) !== 0) return 0
    seen |= bit
    switch (letter) {
      case Flag.Value:
        flags.value = true
        break
      case Flag.Quiet:
        flags.quiet = true
        break
      case Flag.Key:
      case Flag.Size:
      case Flag.ReturnCas:
      case Flag.ReturnFlags:
      case Flag.ReturnTtl:
      case Flag.LastAccess:
      case Flag.Hit:
        flags.returns(letter)
        break
      default:
        return 0
    }
    at += 2
  }
  const next = lineEndAt(bytes, at, end)
  if (next === 0) return 0
  request.op = Op.MetaGet
  request.noreply = false
  request.key = bytes
  request.keyStart = keyStart
  request.keyEnd = keyEnd
  return next
}
