/**
 * Decides with the first byte which dialect a connection speaks, once and for all.
 *
 * @module
 */
import type { ByteBuffer } from '@pelikan/buffer'
import type { Parser } from '@pelikan/core'
import { BINARY_MAGIC, BinaryParser } from './binary-parser.ts'
import type { MemcacheRequest } from './request.ts'
import { TextParser } from './text-parser.ts'

/** The memcache protocol of one connection. */
export class MemcacheParser implements Parser<MemcacheRequest> {
  #dialect: TextParser | BinaryParser | undefined = undefined

  get partial(): boolean {
    return this.#dialect !== undefined && this.#dialect.partial
  }

  parse(input: ByteBuffer): MemcacheRequest | undefined {
    const dialect = this.#dialect
    return dialect === undefined ? this.#decide(input) : dialect.parse(input)
  }

  end(): MemcacheRequest | undefined {
    return this.#dialect?.end()
  }

  #decide(input: ByteBuffer): MemcacheRequest | undefined {
    if (input.length === 0) return undefined
    const isBinary = input.bytes[input.start] === BINARY_MAGIC
    this.#dialect = isBinary ? new BinaryParser() : new TextParser()
    return this.#dialect.parse(input)
  }
}
