/**
 * `lru_crawler metadump` and `mgdump`, and `stats cachedump`: every item of a storage, or the first so
 * many, bucket by bucket, as much at a time as a client reads. Nothing is kept between two pieces but the
 * number of the next bucket, and an item that is there from the first piece to the last is told of once.
 *
 * ```text
 *   metadump   OK⏎  key=a%20b exp=1800000000 la=1799999990 cas=7 fetch=no cls=1 size=64 flags=0 \n ..  END⏎
 *   mgdump     OK⏎  mg KEY⏎ mg BASE64 b⏎ ..  EN⏎
 *   cachedump  ITEM KEY [BYTES b; 1800000000 s]⏎ ITEM KEY [BYTES b; 0 s]⏎ ..  END⏎
 * ```
 *
 * `la` is as accurate as the storage knows when an item was used last.
 *
 * @module
 */
import { type Output, UINT64_DIGITS } from '@pelikan/buffer'
import {
  type AnswerSource,
  type Clock,
  type Item,
  type KeyedItem,
  Mark,
  NEVER,
  TICKS_PER_SECOND,
} from '@pelikan/core'
import { uriEncoded } from './uri-encoded.ts'

/** A storage whose items can be gone through. */
export interface ScannedStorage {
  readonly buckets: number
  /** Lend each live item of a bucket, its key at `bytes[keyStart, keyEnd)`; `visit` calls nothing of the storage. */
  readonly scan: (bucket: number, visit: (item: KeyedItem) => void) => void
}

export type DumpKind = 'metadump' | 'mgdump' | 'cachedump'

/** A piece of an answer ends behind this many bytes or buckets, whichever comes first. */
const PIECE_BYTES = 32_768
const PIECE_BUCKETS = 1024
/** A key that is not made of these has to be sent in base64. */
const PLAIN_KEY = /^[\x21-\x7e]+$/
/** A key that could be read as something else in a line that has it as it is. */
const NO_WORD = /[\0-\x20\x7f]/
/** What memcached's `cachedump` shows at most, however many items are asked for. */
const CACHEDUMP_BYTES = 2 * 1024 * 1024
/** As memcached counts an item's size: what it keeps beside key and value. */
const ITEM_OVERHEAD = 50

export class ItemDump implements AnswerSource {
  readonly #storage: ScannedStorage
  readonly #clock: Clock
  readonly #kind: DumpKind
  readonly #digits = Buffer.alloc(UINT64_DIGITS)
  #bucket = 0
  #itemsLeft: number
  #bytesLeft: number

  /** @param items the most that are told of */
  constructor(storage: ScannedStorage, clock: Clock, kind: DumpKind, items: number = Infinity) {
    this.#storage = storage
    this.#clock = clock
    this.#kind = kind
    this.#itemsLeft = items
    this.#bytesLeft = kind === 'cachedump' ? CACHEDUMP_BYTES : Infinity
  }

  write(output: Output): boolean {
    const storage = this.#storage
    const enough = output.length + PIECE_BYTES
    const end = Math.min(storage.buckets, this.#bucket + PIECE_BUCKETS)
    let lines = ''
    while (this.#bucket < end && this.#itemsLeft > 0 && output.length + lines.length < enough) {
      storage.scan(this.#bucket++, (item) => {
        lines += this.#next(item)
      })
    }
    const isLast = this.#bucket >= storage.buckets || this.#itemsLeft <= 0
    if (isLast) lines += this.#kind === 'mgdump' ? 'EN\r\n' : 'END\r\n'
    const bytes = Buffer.from(lines, 'latin1')
    output.write(bytes, 0, bytes.length)
    return !isLast
  }

  /** The line of an item; none where it is not told of. */
  #next(item: KeyedItem): string {
    const line = this.#lineOf(item.bytes.toString('latin1', item.keyStart, item.keyEnd), item)
    if (line === '' || this.#itemsLeft <= 0) return ''
    this.#bytesLeft -= line.length
    this.#itemsLeft = this.#bytesLeft < 0 ? 0 : this.#itemsLeft - 1
    return this.#bytesLeft < 0 ? '' : line
  }

  #lineOf(key: string, item: Item): string {
    switch (this.#kind) {
      case 'metadump':
        return this.#describe(key, item)
      case 'mgdump':
        return nameOf(key)
      case 'cachedump':
        return NO_WORD.test(key)
          ? ''
          : `ITEM ${key} [${item.end - item.start} b; ${this.#endOf(item, 0)} s]\r\n`
    }
  }

  #describe(key: string, item: Item): string {
    const { cas, end, flags, lastAccess, marks, start } = item
    const exp = this.#endOf(item, -1)
    const idle = Math.floor((this.#clock.now - lastAccess) / TICKS_PER_SECOND)
    const used = this.#clock.unixSeconds - idle
    const fetched = (marks & Mark.Fetched) === 0 ? 'no' : 'yes'
    const token = this.#digits.toString('latin1', 0, cas.write(this.#digits, 0))
    const size = ITEM_OVERHEAD + key.length + end - start
    return (
      `key=${uriEncoded(key)} exp=${exp} la=${used} cas=${token} ` +
      `fetch=${fetched} cls=1 size=${size} flags=${flags >>> 0} \n`
    )
  }

  /** The Unix second in which an item ends, or `never`. */
  #endOf({ deadline }: Item, never: number): number {
    if (deadline === NEVER) return never
    return this.#clock.unixSeconds + Math.ceil((deadline - this.#clock.now) / TICKS_PER_SECOND)
  }
}

function nameOf(key: string): string {
  if (PLAIN_KEY.test(key)) return `mg ${key}\r\n`
  return `mg ${Buffer.from(key, 'latin1').toString('base64')} b\r\n`
}
