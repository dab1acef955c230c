/**
 * Step 3: write answers.
 *
 * ```text
 *   +PONG⏎     done            :2⏎           a number
 *   -ERR ..⏎   a mistake       $5⏎hello⏎     a value           $-1⏎   no such value
 * ```
 *
 * A worker has one response for all its connections. It is bound to each request in turn, and writes
 * straight into what the connection is about to send: a value is copied once, out of the storage.
 *
 * @module
 */
import { CR, LF, NOWHERE, type Output, writeDecimal } from '@pelikan/buffer'
import type { Item, Response } from '@pelikan/core'
import type { RespRequest } from './request.ts'

/** Answers that never vary, as bytes made once. */
export const Reply = {
  Pong: Buffer.from('+PONG\r\n'),
  Ok: Buffer.from('+OK\r\n'),
  Nil: Buffer.from('$-1\r\n'),
  UnknownCommand: Buffer.from('-ERR unknown command\r\n'),
  WrongArguments: Buffer.from('-ERR wrong number of arguments\r\n'),
  Syntax: Buffer.from('-ERR syntax error\r\n'),
  BadKey: Buffer.from('-ERR a key has 1 to 250 bytes\r\n'),
  BadExpiry: Buffer.from('-ERR invalid expire time\r\n'),
  TooLarge: Buffer.from('-ERR the value is too large\r\n'),
  OutOfMemory: Buffer.from('-OOM out of memory\r\n'),
} as const

const DOLLAR = 36 // $
const COLON = 58 // :
/** `$`, 16 digits, and a line end. */
const MAX_NUMBER_BYTES = 19

export class RespResponse implements Response<RespRequest> {
  /** Read by the session after each execution: close once everything is sent. */
  hangup = false
  #output: Output = NOWHERE

  /** The session calls this before each execution; everything of the last request is forgotten here. */
  begin(_request: RespRequest, output: Output): void {
    this.hangup = false
    this.#output = output
  }

  mark(): number {
    return this.#output.mark()
  }

  rollback(mark: number): void {
    this.#output.rollback(mark)
  }

  /** One of {@link Reply}. */
  line(line: Buffer): void {
    this.#output.write(line, 0, line.length)
  }

  integer(value: number): void {
    this.#number(COLON, value)
  }

  /** The value of an item that the storage lends. */
  value(item: Item): void {
    const output = this.#output
    this.#number(DOLLAR, item.end - item.start)
    output.write(item.bytes, item.start, item.end)
    this.#lineEnd(output)
  }

  /** Short things are written in place: reserve the most that is needed, write, say where it ends. */
  #number(type: number, value: number): void {
    const output = this.#output
    output.reserve(MAX_NUMBER_BYTES)
    output.bytes[output.at] = type
    output.at = writeDecimal(output.bytes, output.at + 1, value)
    this.#lineEnd(output)
  }

  #lineEnd(output: Output): void {
    output.reserve(2)
    output.bytes[output.at++] = CR
    output.bytes[output.at++] = LF
  }
}
