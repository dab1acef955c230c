/**
 * A client of a cache that is too small: every answer is compared with what this client last wrote. An
 * item may be gone at any time, but nothing else may be in its place, and what is gone stays gone.
 *
 * @module
 */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { randomFrom } from './clients/verified-load.ts'

/** Requests that are sent together, each of another key. */
const BATCH = 32
const KEYS = 600
/** The last keys hold numbers. */
const COUNTERS = 60
const GONE = new Set(['NOT_FOUND', 'NOT_STORED'])
const NO_ROOM = 'SERVER_ERROR out of memory storing object'

/** What must come back for one request. */
interface Asked {
  readonly line: string
  readonly check: (answer: string) => void
}

export class LossyClient {
  /** Operations that found what was written, and those that found nothing in its place. */
  found = 0
  lost = 0
  readonly #socket: Socket
  readonly #name: string
  readonly #random: (below: number) => number
  readonly #values = new Map<string, string>()
  /** Of values that were not changed since. */
  readonly #tokens = new Map<string, string>()
  #come = ''
  #onNews: () => void = () => {}
  #written = 0

  constructor(port: number, number: number) {
    this.#name = `lossy-${number}-`
    this.#random = randomFrom(number + 1)
    this.#socket = connect(port, '127.0.0.1').setEncoding('latin1').setNoDelay()
    this.#socket.on('data', (text) => {
      this.#come += String(text)
      this.#onNews()
    })
    this.#socket.on('close', () => this.#onNews())
  }

  /** @throws Error at the first answer that cannot be */
  async run(batches: number): Promise<void> {
    await once(this.#socket, 'connect')
    for (let batch = 0; batch < batches; batch++) {
      const first = this.#random(KEYS)
      const asked = Array.from({ length: BATCH }, (_, i) => this.#ask((first + i) % KEYS))
      this.#socket.write(asked.map(({ line }) => line).join(''))
      for (const { check, line } of asked) {
        const answer = await this.#answer(line.startsWith('g'))
        try {
          check(answer)
        } catch (cause) {
          const told = `${answer.slice(0, 80)} (${answer.length}) to ${line.slice(0, 60).trim()}`
          throw new Error(told, { cause })
        }
      }
    }
    this.#socket.destroy()
  }

  #ask(number: number): Asked {
    const key = `${this.#name}${number}`
    if (number >= KEYS - COUNTERS) return this.#askOfCounter(key)
    switch (this.#random(12)) {
      case 0:
      case 1:
      case 2:
        return this.#store('set', key)
      case 3:
        return this.#store('add', key)
      case 4:
        return this.#store('replace', key)
      case 5:
        return this.#join(key, true)
      case 6:
        return this.#join(key, false)
      case 7:
        return this.#cas(key)
      case 8:
        return this.#is(key, `touch ${key} 1000`, 'TOUCHED')
      case 9:
        return this.#remove(key)
      case 10:
        return this.#read(key, `gat ${this.#random(2) * 1000} ${key}`)
      default:
        return this.#read(key, `gets ${key}`)
    }
  }

  #askOfCounter(key: string): Asked {
    const before = this.#values.get(key)
    const by = this.#random(1000)
    if (before === undefined || this.#random(3) === 0) return this.#store('set', key, String(by))
    const after = String(Number(before) + by)
    return this.#is(key, `incr ${key} ${by}`, after, () => this.#wrote(key, after))
  }

  #store(command: 'set' | 'add' | 'replace', key: string, value = this.#value()): Asked {
    return {
      line: `${command} ${key} 0 ${this.#random(2) * 1000} ${value.length}\r\n${value}\r\n`,
      check: (answer) => {
        const before = this.#values.get(key)
        if (answer === 'STORED') {
          if (command === 'replace') this.#mustBe(before !== undefined)
          return this.#wrote(key, value)
        }
        if (answer === 'NOT_STORED' && command === 'add') return this.#mustBe(before !== undefined)
        this.#mustBe(answer === NO_ROOM || (answer === 'NOT_STORED' && command === 'replace'))
        // A set that is refused leaves nothing behind.
        if (answer !== NO_ROOM || command === 'set') this.#lose(key)
      },
    }
  }

  #join(key: string, before: boolean): Asked {
    const value = `${this.#written++};`.repeat(1 + this.#random(20))
    const line = `${before ? 'prepend' : 'append'} ${key} 0 0 ${value.length}\r\n${value}\r\n`
    return this.#is(key, line.trimEnd(), 'STORED', () => {
      const old = this.#values.get(key) ?? ''
      this.#wrote(key, before ? value + old : old + value)
    })
  }

  #cas(key: string): Asked {
    const token = this.#tokens.get(key)
    if (token === undefined) return this.#read(key, `gets ${key}`)
    const value = this.#value()
    const line = `cas ${key} 0 0 ${value.length} ${token}\r\n${value}`
    return this.#is(key, line, 'STORED', () => this.#wrote(key, value))
  }

  #remove(key: string): Asked {
    return this.#is(key, `delete ${key}`, 'DELETED', () => this.#forget(key))
  }

  /** A command that says `yes` where the item is there. */
  #is(key: string, line: string, yes: string, then: () => void = () => {}): Asked {
    return {
      line: `${line}\r\n`,
      check: (answer) => {
        if (answer === yes) {
          this.#mustBe(this.#values.has(key))
          this.found++
          return then()
        }
        if (answer === NO_ROOM) return
        this.#mustBe(GONE.has(answer))
        this.#lose(key)
      },
    }
  }

  #read(key: string, line: string): Asked {
    return {
      line: `${line}\r\n`,
      check: (answer) => {
        if (answer === '') return this.#lose(key)
        const end = answer.indexOf('\r\n')
        const [, itsKey, , , token] = answer.slice(0, end).split(' ')
        this.#mustBe(itsKey === key && answer.slice(end + 2) === this.#values.get(key))
        if (token !== undefined) this.#tokens.set(key, token)
        this.found++
      },
    }
  }

  /** A line; of a retrieval what is before `END`. */
  async #answer(isRetrieval: boolean): Promise<string> {
    if (!isRetrieval) return this.#until('\r\n')
    const isMiss = await this.#startsWith('END\r\n')
    return this.#until(isMiss ? 'END\r\n' : '\r\nEND\r\n')
  }

  async #startsWith(text: string): Promise<boolean> {
    while (this.#come.length < text.length) await this.#more()
    return this.#come.startsWith(text)
  }

  async #until(text: string): Promise<string> {
    let end: number
    let from = 0
    while ((end = this.#come.indexOf(text, from)) < 0) {
      from = Math.max(0, this.#come.length - text.length)
      await this.#more()
    }
    const answer = this.#come.slice(0, end)
    this.#come = this.#come.slice(end + text.length)
    return answer
  }

  async #more(): Promise<void> {
    if (this.#socket.closed) throw new Error('the server has closed the connection')
    await new Promise<void>((resolve) => (this.#onNews = resolve))
  }

  #wrote(key: string, value: string): void {
    this.#values.set(key, value)
    this.#tokens.delete(key)
  }

  #lose(key: string): void {
    if (this.#values.has(key)) this.lost++
    this.#forget(key)
  }

  #forget(key: string): void {
    this.#values.delete(key)
    this.#tokens.delete(key)
  }

  /** No two are alike; most are short, some come in pieces, few are longer than a segment. */
  #value(): string {
    const kind = this.#random(100)
    const length = kind < 80 ? this.#random(300) : kind < 98 ? 300 + this.#random(4000) : 40_000
    return `${this.#name}${this.#written++};`.repeat(1 + Math.ceil(length / 16))
  }

  #mustBe(is: boolean): void {
    if (!is) throw new Error('that cannot be')
  }
}
