/**
 * Decides with the first byte which dialect a connection speaks, once and for all.
 *
 * @module
 */
import type { ByteBuffer } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import { BINARY_MAGIC, BinaryParser } from './binary-parser.ts'
import { LoginParser } from './login-parser.ts'
import type { MemcacheRequest } from './request.ts'
import { TextParser } from './text-parser.ts'

export type Speaks = 'auto' | 'ascii' | 'binary'

export interface MemcacheParserOptions {
  /** Whether a client must log in before it is served; by default not. */
  readonly authenticates?: boolean
  /** Which of the two a connection may speak; either by default. */
  readonly speaks?: Speaks
}

/** The memcache protocol of one connection. */
export class MemcacheParser implements Parser<MemcacheRequest> {
  #dialect: TextParser | BinaryParser | LoginParser | undefined = undefined
  readonly #authenticates: boolean
  readonly #speaks: Speaks

  constructor(options: MemcacheParserOptions = {}) {
    this.#authenticates = options.authenticates ?? false
    this.#speaks = options.speaks ?? 'auto'
  }

  get partial(): boolean {
    return this.#dialect !== undefined && this.#dialect.partial
  }

  parse(input: ByteBuffer): MemcacheRequest | undefined {
    const dialect = this.#dialect
    if (dialect === undefined) return this.#decide(input)
    if (this.#authenticates && dialect instanceof LoginParser && dialect.isDone) {
      this.#dialect = new TextParser()
      return this.#dialect.parse(input)
    }
    return dialect.parse(input)
  }

  end(): MemcacheRequest | undefined {
    return this.#dialect?.end()
  }

  /** @throws ProtocolError where the connection may not speak what it does: as memcached has it, without an answer */
  #decide(input: ByteBuffer): MemcacheRequest | undefined {
    if (input.length === 0) return undefined
    const isBinary = input.bytes[input.start] === BINARY_MAGIC
    if (this.#speaks !== 'auto' && isBinary !== (this.#speaks === 'binary')) {
      throw new ProtocolError(`this server speaks ${this.#speaks} only`)
    }
    if (isBinary) this.#dialect = new BinaryParser()
    else this.#dialect = this.#authenticates ? new LoginParser() : new TextParser()
    return this.#dialect.parse(input)
  }
}
