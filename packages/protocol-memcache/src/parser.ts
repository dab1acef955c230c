/**
 * Decides with the first byte which dialect a connection speaks, once and for all.
 *
 * @module
 */
import type { ByteBuffer } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import type { MemcacheRequest } from './request.ts'
import { TextParser } from './text-parser.ts'

/** First byte of every request of the binary dialect. */
const BINARY_MAGIC = 0x80

/** The memcache protocol of one connection. */
export class MemcacheParser implements Parser<MemcacheRequest> {
  #dialect: TextParser | undefined = undefined

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
    if (input.bytes[input.start] === BINARY_MAGIC) {
      throw new ProtocolError('the binary dialect is not spoken here')
    }
    this.#dialect = new TextParser()
    return this.#dialect.parse(input)
  }
}
