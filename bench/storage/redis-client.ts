/**
 * One connection to a redis-server that is filled and read back in bulk.
 *
 * @module
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { OnValue } from './memcache-client.ts'
import { NUMBER_KEY_BYTES, writeNumberKey } from './number-key.ts'

const HOST = '127.0.0.1'
const BUFFER_BYTES = 4 * 2 ** 20
const LINE_BYTES = 64
const SET = `*3\r\n$3\r\nSET\r\n$${NUMBER_KEY_BYTES}\r\n`
const GET = `*2\r\n$3\r\nGET\r\n$${NUMBER_KEY_BYTES}\r\n`
const BULK = 36
const STATUS = 43
const CRLF_BYTES = 2

export class RedisClient {
  readonly #socket: Socket
  readonly #out = Buffer.allocUnsafe(BUFFER_BYTES)
  #written = 0
  #rest: Buffer = Buffer.alloc(0)
  /** Answers come in the order of the requests: the number of the next one, and the end of them. */
  #next = 0
  #end = 0
  #onValue: OnValue = () => {}
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

  /** Set keys `from` up to and without `to`; the bytes that `valueOf` gives are copied at once. */
  async set(from: number, to: number, valueOf: (number: number) => Buffer): Promise<void> {
    for (let number = from; number < to; number++) {
      const value = valueOf(number)
      const out = this.#room(2 * LINE_BYTES + value.length)
      let at = this.#write(SET, number)
      at += out.write(`$${value.length}\r\n`, at, 'latin1')
      at += value.copy(out, at)
      this.#written = at + out.write('\r\n', at, 'latin1')
    }
    await this.#exchange(from, to, () => {})
  }

  /** Ask for keys `from` up to and without `to`; each value that is there is given to `onValue`. */
  async get(from: number, to: number, onValue: OnValue): Promise<void> {
    for (let number = from; number < to; number++) {
      this.#room(2 * LINE_BYTES)
      this.#written = this.#write(GET, number)
    }
    await this.#exchange(from, to, onValue)
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  /** Write a command up to its key; returns where the key's line ends. */
  #write(head: string, number: number): number {
    const at = this.#written + this.#out.write(head, this.#written, 'latin1')
    const end = writeNumberKey(number, this.#out, at)
    return end + this.#out.write('\r\n', end, 'latin1')
  }

  #room(bytes: number): Buffer {
    if (this.#written + bytes > this.#out.length) throw new RangeError('too much at once')
    return this.#out
  }

  async #exchange(from: number, to: number, onValue: OnValue): Promise<void> {
    if (from === to) return
    this.#answered = Promise.withResolvers()
    this.#next = from
    this.#end = to
    this.#onValue = onValue
    this.#socket.write(this.#out.subarray(0, this.#written))
    await this.#answered.promise
    // All of it was sent: it is answered.
    this.#written = 0
  }

  #receive(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    try {
      for (let end = this.#take(all, at); end > at; end = this.#take(all, at)) at = end
    } catch (error) {
      this.#answered.reject(error)
    }
    this.#rest = all.subarray(at)
    if (this.#next === this.#end) this.#answered.resolve()
  }

  /** Take an answer off `all` at `at`; returns where it ends, or `at` while it is not whole. */
  #take(all: Buffer, at: number): number {
    const lineEnd = all.indexOf('\r\n', at, 'latin1')
    if (lineEnd < 0) return at
    if (all[at] !== BULK && all[at] !== STATUS) {
      throw new Error(`the server answered "${all.toString('latin1', at, lineEnd)}"`)
    }
    const start = lineEnd + CRLF_BYTES
    // A bulk of -1 bytes says that there is no value.
    const length = all[at] === BULK ? Number(all.toString('latin1', at + 1, lineEnd)) : -1
    if (length >= 0 && start + length + CRLF_BYTES > all.length) return at
    const number = this.#next++
    if (length < 0) return start
    this.#onValue(number, all, start, start + length)
    return start + length + CRLF_BYTES
  }
}
