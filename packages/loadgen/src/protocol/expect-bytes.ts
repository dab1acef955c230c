/**
 * Replies are compared where they were received.
 *
 * @module
 */
import { LoadError } from '../errors.ts'
import { INCOMPLETE } from './codec.ts'

const SHOWN_BYTES = 80

/**
 * Compare what has arrived in `bytes[start, end)` with `expected`.
 *
 * @returns where `expected` ends, or {@link INCOMPLETE} where its front has arrived
 * @throws LoadError `PELIKAN_LOAD_WRONG_REPLY` at the first byte that differs
 */
export function expectBytes(expected: Buffer, bytes: Buffer, start: number, end: number): number {
  const length = expected.length
  const arrived = Math.min(length, end - start)
  for (let i = 0; i < arrived; i++) {
    if (bytes[start + i] !== expected[i]) {
      throw wrongReply(quote(expected, 0, length), bytes, start, end)
    }
  }
  return arrived === length ? start + length : INCOMPLETE
}

/** Whether `bytes[start, end)` begins with `expected`; false where too little has arrived. */
export function beginsWith(expected: Buffer, bytes: Buffer, start: number, end: number): boolean {
  const length = expected.length
  if (end - start < length) return false
  for (let i = 0; i < length; i++) if (bytes[start + i] !== expected[i]) return false
  return true
}

/**
 * The error that says what had to come and what came instead, at most 80 bytes of each.
 *
 * @param expected in words, or from {@link quote}
 */
export function wrongReply(expected: string, bytes: Buffer, start: number, end: number): LoadError {
  return new LoadError(
    'PELIKAN_LOAD_WRONG_REPLY',
    `wrong reply: expected ${expected}, got ${quote(bytes, start, end)}`,
  )
}

/** Bytes as text in quotes, cut after 80. */
export function quote(bytes: Buffer, start: number, end: number): string {
  const shown = JSON.stringify(bytes.toString('latin1', start, Math.min(end, start + SHOWN_BYTES)))
  return end - start > SHOWN_BYTES ? `${shown} and ${end - start - SHOWN_BYTES} bytes more` : shown
}
