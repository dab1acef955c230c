/**
 * One connection to a redis-server that is filled and counted in bulk.
 *
 * @module
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { NUMBER_KEY_BYTES, writeNumberKey } from './number-key.ts'

const HOST = '127.0.0.1'
const BUFFER_BYTES = 256 * 1024
const LINE_BYTES = 64
const BULK = 36
const STATUS = 43
const CRLF_BYTES = 2

export class RedisClient {
  readonly #socket: Socket
  #rest: Buffer = Buffer.alloc(0)
  /** Answers that are expected, and values among them. */
  #left = 0
  #values = 0
  #answered = Promise.withResolvers<void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('error', (error) => this.#answered.reject(error))
    socket.on('close', () => this.#answered.reject(new Error('the server closed the connection')))
    this.#answered.promise.catch(() => {})
  }

  static async connect(port: number): Promise<RedisClient> {
    const socket = connect({ port, host: HOST })
    await once(socket, 'connect')
    return new RedisClient(socket)
  }

  /** Set keys `from` up to and without `to`, all to `value`. */
  async set(from: number, to: number, value: Buffer): Promise<void> {
    const head = `*3\r\n$3\r\nSET\r\n$${NUMBER_KEY_BYTES}\r\n`
    const each = head.length + NUMBER_KEY_BYTES + LINE_BYTES + value.length
    const out = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, (to - from) * each))
    let at = 0
    let count = 0
    for (let number = from; number < to; number++) {
      if (at + each > out.length) {
        await this.#exchange(out.subarray(0, at), count)
        at = 0
        count = 0
      }
      at += out.write(head, at, 'latin1')
      at = writeNumberKey(number, out, at)
      at += out.write(`\r\n$${value.length}\r\n`, at, 'latin1')
      at += value.copy(out, at)
      at += out.write('\r\n', at, 'latin1')
      count++
    }
    await this.#exchange(out.subarray(0, at), count)
  }

  /** How many of the keys `from` up to and without `to` are there, by reading their values. */
  async count(from: number, to: number): Promise<number> {
    const parts: string[] = []
    const key = Buffer.alloc(NUMBER_KEY_BYTES)
    for (let number = from; number < to; number++) {
      writeNumberKey(number, key, 0)
      parts.push(`*2\r\n$3\r\nGET\r\n$${NUMBER_KEY_BYTES}\r\n${key.toString('latin1')}\r\n`)
    }
    return this.#exchange(Buffer.from(parts.join(''), 'latin1'), to - from)
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  /** Send requests and wait for `answers` answers; returns how many were values. */
  async #exchange(bytes: Buffer, answers: number): Promise<number> {
    if (answers === 0) return 0
    this.#answered = Promise.withResolvers()
    this.#left = answers
    this.#values = 0
    this.#socket.write(bytes)
    await this.#answered.promise
    return this.#values
  }

  #receive(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (let end = this.#take(all, at); end > at; end = this.#take(all, at)) at = end
    this.#rest = all.subarray(at)
    if (this.#left === 0) this.#answered.resolve()
  }

  /** Take an answer off `all` at `at`; returns where it ends, or `at` while it is not whole. */
  #take(all: Buffer, at: number): number {
    const lineEnd = all.indexOf('\r\n', at, 'latin1')
    if (lineEnd < 0) return at
    const length = all[at] === BULK ? Number(all.toString('latin1', at + 1, lineEnd)) : -1
    if (all[at] !== BULK && all[at] !== STATUS) {
      throw new Error(`the server answered "${all.toString('latin1', at, lineEnd)}"`)
    }
    const end = lineEnd + CRLF_BYTES + (length < 0 ? 0 : length + CRLF_BYTES)
    if (end > all.length) return at
    if (length >= 0) this.#values++
    this.#left--
    return end
  }
}
