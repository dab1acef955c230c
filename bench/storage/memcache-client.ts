/**
 * One connection to a memcached-like server that is filled and read back in bulk: sets without a reply,
 * gets of many keys at once.
 *
 * @module
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { NUMBER_KEY_BYTES, readNumberKey, writeNumberKey } from './number-key.ts'

/** Given each value of an answer: the number of its key, and where its bytes are. */
export type OnValue = (number: number, bytes: Buffer, start: number, end: number) => void

const HOST = '127.0.0.1'
const BUFFER_BYTES = 4 * 2 ** 20
/** Sets are sent on when so many bytes have come together. */
const SEND_BYTES = 128 * 1024
const LINE_BYTES = 64
const ZERO = 48
const BLANK = 32
const CR = 13
/** `A`, the second byte of `VALUE`, but not of `VERSION` nor of any other last line. */
const VALUE_SECOND = 65
const VALUE_WORD = 'VALUE '.length
const CRLF = Buffer.from('\r\n', 'latin1')

export class MemcacheClient {
  readonly #socket: Socket
  #out = Buffer.allocUnsafe(BUFFER_BYTES)
  #end = 0
  #rest: Buffer = Buffer.alloc(0)
  #onValue: OnValue = () => {}
  #last = Promise.withResolvers<void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('close', () => this.#last.reject(new Error('the server closed the connection')))
    socket.on('error', (error) => this.#last.reject(error))
    this.#last.promise.catch(() => {})
  }

  static async connect(port: number): Promise<MemcacheClient> {
    const socket = connect({ port, host: HOST })
    await once(socket, 'connect')
    return new MemcacheClient(socket)
  }

  /** Write a set of `value[start, end)`; {@link MemcacheClient.flush} sends it, at the latest. */
  set(number: number, ttlSeconds: number, value: Buffer, start: number, end: number): void {
    const out = this.#room(LINE_BYTES + NUMBER_KEY_BYTES + end - start)
    let at = this.#end
    at += out.write('set ', at, 'latin1')
    at = writeNumberKey(number, out, at)
    at += out.write(` 0 ${ttlSeconds} ${end - start} noreply\r\n`, at, 'latin1')
    at += value.copy(out, at, start, end)
    at += CRLF.copy(out, at)
    this.#end = at
  }

  /** Send what was written, when enough of it has come together. */
  async drain(): Promise<void> {
    if (this.#end >= SEND_BYTES) await this.flush()
  }

  /** Send what was written, and wait until the kernel has it. */
  async flush(): Promise<void> {
    if (this.#end === 0) return
    const full = this.#out.subarray(0, this.#end)
    this.#out = Buffer.allocUnsafe(BUFFER_BYTES)
    this.#end = 0
    if (!this.#socket.write(full)) await once(this.#socket, 'drain')
  }

  /** Ask for keys together; each value that is there is given to `onValue`. */
  async get(numbers: Int32Array, count: number, onValue: OnValue): Promise<void> {
    const out = this.#room(LINE_BYTES + count * (NUMBER_KEY_BYTES + 1))
    let at = this.#end
    at += out.write('get', at, 'latin1')
    for (let i = 0; i < count; i++) {
      out[at++] = BLANK
      at = writeNumberKey(numbers[i]!, out, at)
    }
    at += CRLF.copy(out, at)
    this.#end = at
    await this.#exchange(onValue)
  }

  /** Wait until everything sent so far was done. */
  async settle(): Promise<void> {
    this.#end += this.#room(LINE_BYTES).write('version\r\n', this.#end, 'latin1')
    await this.#exchange(() => {})
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  async #exchange(onValue: OnValue): Promise<void> {
    this.#last = Promise.withResolvers()
    this.#onValue = onValue
    await this.flush()
    await this.#last.promise
  }

  #room(bytes: number): Buffer {
    if (this.#end + bytes > this.#out.length) throw new RangeError('too much was written unsent')
    return this.#out
  }

  #receive(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (let end = this.#take(all, at); end > at; end = this.#take(all, at)) at = end
    this.#rest = all.subarray(at)
  }

  /** Take one value or the last line off `all` at `at`; returns where it ends, or `at` while it is not whole. */
  #take(all: Buffer, at: number): number {
    const lineEnd = all.indexOf(CRLF, at)
    if (lineEnd < 0) return at
    if (all[at + 1] !== VALUE_SECOND) {
      this.#checkLast(all.toString('latin1', at, lineEnd))
      return lineEnd + CRLF.length
    }
    let length = 0
    let digit = 1
    for (let i = lineEnd - 1; all[i] !== BLANK; i--, digit *= 10) length += (all[i]! - ZERO) * digit
    const start = lineEnd + CRLF.length
    const end = start + length
    if (end + CRLF.length > all.length) return at
    if (all[end] !== CR) throw new Error('a value is longer than its line says')
    this.#onValue(readNumberKey(all, at + VALUE_WORD), all, start, end)
    return end + CRLF.length
  }

  #checkLast(line: string): void {
    if (line === 'END' || line.startsWith('VERSION')) this.#last.resolve()
    // Answers to sets without a reply say what went wrong.
    else this.#last.reject(new Error(`the server answered "${line}"`))
  }
}
