/**
 * Decides with the first byte which dialect a connection speaks, once and for all.
 *
 * @module
 */
import type { ByteBuffer } from '@pelikan/buffer'
import type { Parser } from '@pelikan/core'
import { BINARY_MAGIC, BinaryParser } from './binary-parser.ts'
import { LoginParser } from './login-parser.ts'
import type { MemcacheRequest } from './request.ts'
import { TextParser } from './text-parser.ts'

export interface MemcacheParserOptions {
  /** Whether a client must log in before it is served; by default not. */
  readonly authenticates?: boolean
}

/** The memcache protocol of one connection. */
export class MemcacheParser implements Parser<MemcacheRequest> {
  #dialect: TextParser | BinaryParser | LoginParser | undefined = undefined
  readonly #authenticates: boolean

  constructor(options: MemcacheParserOptions = {}) {
    this.#authenticates = options.authenticates ?? false
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

  #decide(input: ByteBuffer): MemcacheRequest | undefined {
    if (input.length === 0) return undefined
    const isBinary = input.bytes[input.start] === BINARY_MAGIC
    if (isBinary) this.#dialect = new BinaryParser()
    else this.#dialect = this.#authenticates ? new LoginParser() : new TextParser()
    return this.#dialect.parse(input)
  }
}
