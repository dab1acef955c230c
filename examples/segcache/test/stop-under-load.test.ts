/**
 * A server that is stopped under full load loses nothing that it has acknowledged: on every connection, until it
 * closes, each write that was answered can be read, and no answer is cut.
 */
import { type Socket, connect } from 'node:net'
import { soon } from '@pelikan/testkit'
import { expect, it } from 'vitest'
import { dataPlanes, startOn } from './data-planes.ts'

const CLIENTS = 16
/** Requests of one client that are not answered yet. */
const WINDOW = 32
/** Writes that are acknowledged before the stop. */
const WRITES = 4000
/** How long a client that is slow leaves what comes next with the server. */
const SLOW_MS = 10

/** Keys whose writes were answered, of all clients. */
type Acknowledged = string[]

function numberOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1))
}

function isLarge(key: string): boolean {
  return numberOf(key) % 100 === 99
}

/** What is stored under `key`: 10 bytes or some more, and sometimes more than a block or a receive buffer holds. */
function valueOf(key: string): string {
  const number = numberOf(key)
  const length = isLarge(key) ? 100_000 : number % 40 === 39 ? 20_000 : 10 + (number % 100)
  return key.repeat(Math.ceil(length / key.length))
}

/** Some read slowly, and large values: the server has answers for them that the network does not take. */
function isSlow(client: number): boolean {
  return client % 4 === 3
}

/** Writes keys of its own and reads acknowledged ones of all clients, as many at once as a window allows. */
class Client {
  readonly socket: Socket
  readonly closed: Promise<unknown>
  failure: Error | undefined = undefined
  readonly #name: string
  readonly #isSlow: boolean
  readonly #acknowledged: Acknowledged
  /** What must come next, in order; a write with the key that it acknowledges. */
  readonly #expected: { readonly answer: string; readonly key?: string }[] = []
  #come = ''
  #next = 0

  constructor(port: number, number: number, acknowledged: Acknowledged) {
    this.#name = `client${number}`
    this.#isSlow = isSlow(number)
    this.#acknowledged = acknowledged
    this.socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay()
    this.closed = new Promise((closed) => this.socket.on('close', closed))
    this.socket.on('error', (error) => (this.failure ??= error))
    this.socket.on('data', (text) => this.#take(String(text)))
  }

  /** What has come of an answer whose rest has not. */
  get rest(): string {
    return this.#come.slice(0, 100)
  }

  /** Send as much as the window allows. */
  fill(): void {
    let text = ''
    while (this.#expected.length < WINDOW && this.socket.writable) {
      const key = `${this.#name}-${this.#next++}`
      const value = valueOf(key)
      text += `set ${key} 0 0 ${value.length}\r\n${value}\r\n`
      this.#expected.push({ answer: 'STORED\r\n', key })
      const any = this.#acknowledged[(this.#next * 7919) % this.#acknowledged.length]
      const read = this.#isSlow ? this.#acknowledged.findLast(isLarge) : any
      if (read !== undefined) text += this.#read(read)
    }
    if (text !== '') this.socket.write(text)
  }

  #read(key: string): string {
    const value = valueOf(key)
    this.#expected.push({ answer: `VALUE ${key} 0 ${value.length}\r\n${value}\r\nEND\r\n` })
    return `get ${key}\r\n`
  }

  #take(text: string): void {
    if (this.#isSlow) {
      this.socket.pause()
      setTimeout(() => this.socket.resume(), SLOW_MS)
    }
    this.#come += text
    for (;;) {
      const [next] = this.#expected
      if (next === undefined || this.#come.length < next.answer.length) break
      const { answer, key } = next
      const come = this.#come.slice(0, answer.length)
      if (come !== answer) {
        this.failure ??= new Error(`${come.slice(0, 100)} in place of ${answer.slice(0, 100)}`)
        this.socket.destroy()
        return
      }
      this.#come = this.#come.slice(answer.length)
      this.#expected.shift()
      if (key !== undefined) this.#acknowledged.push(key)
    }
    this.fill()
  }
}

it.concurrent.each(dataPlanes)('$name', async (plane) => {
  const server = await startOn(plane, ['-m', '512'])
  try {
    const acknowledged: Acknowledged = []
    const clients = Array.from(
      { length: CLIENTS },
      (_, i) => new Client(server.port, i, acknowledged),
    )
    for (const client of clients) client.fill()
    await soon(() => expect(acknowledged.length).toBeGreaterThan(WRITES))
    const exit = await server.stop('SIGTERM')
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.map(({ failure }) => failure)).toEqual(clients.map(() => undefined))
    expect(clients.map(({ rest }) => rest)).toEqual(clients.map(() => ''))
    expect(exit).toEqual({ code: 0, signal: null })
  } finally {
    await server.stop('SIGKILL')
  }
})
