/**
 * protocol.txt, "Retrieval command" and "Get And Touch": `get KEY..`, `gat EXPTIME KEY..`.
 *
 * A line is checked as a whole, then gives one request per key. The rest of the line stays in the
 * input meanwhile, so that a session whose client does not read can stop between two keys.
 *
 * @module
 */
import { SPACE } from '@pelikan/buffer'
import { MAX_KEY_BYTES } from '@pelikan/core'
import { NOT_INT32, parseInt32 } from './numbers.ts'
import { Op } from './opcode.ts'
import { Reply } from './reply.ts'
import type { MemcacheRequest } from './request.ts'

/**
 * Check the words `bytes[start, end)` behind the verb, and read the exptime of `gat` and `gats`.
 *
 * @param request on {@link Reply.None}, `keyStart` is where the first key starts
 * @returns the answer to a bad line; {@link Reply.None} for a good one
 */
export function checkRetrieval(
  op: Op,
  bytes: Buffer,
  start: number,
  end: number,
  request: MemcacheRequest,
): Reply {
  let from = skipBlanks(bytes, start, end)
  if (op === Op.Gat || op === Op.Gats) {
    const exptimeStart = from
    const exptimeEnd = skipWord(bytes, from, end)
    from = skipBlanks(bytes, exptimeEnd, end)
    if (from === end) return Reply.BadFormat
    const exptime = parseInt32(bytes, exptimeStart, exptimeEnd)
    if (exptime === NOT_INT32) return Reply.BadExptime
    request.exptime = exptime
  }
  if (from === end) return Reply.BadFormat
  request.keyStart = from
  return keysFit(bytes, from, end) ? Reply.None : Reply.BadFormat
}

/**
 * Find the first keys of `bytes[start, end)`, as many as `places` has room for.
 *
 * @param start where a key starts
 * @returns how many
 */
export function findKeys(bytes: Buffer, start: number, end: number, places: Int32Array): number {
  let found = 0
  for (let at = start; at < end && found < places.length; at = skipBlanks(bytes, at, end)) {
    places[found++] = at
    at = skipWord(bytes, at, end)
    places[found++] = at
  }
  return found >> 1
}

/** The first byte from `start` on that is no blank, or `end`. */
export function skipBlanks(bytes: Buffer, start: number, end: number): number {
  let i = start
  while (i < end && bytes[i] === SPACE) i++
  return i
}

/** The first blank from `start` on, or `end`. */
export function skipWord(bytes: Buffer, start: number, end: number): number {
  let i = start
  while (i < end && bytes[i] !== SPACE) i++
  return i
}

function keysFit(bytes: Buffer, start: number, end: number): boolean {
  let from = start
  for (let i = start; i < end; i++) {
    if (bytes[i] !== SPACE) continue
    if (i - from > MAX_KEY_BYTES) return false
    from = i + 1
  }
  return end - from <= MAX_KEY_BYTES
}
