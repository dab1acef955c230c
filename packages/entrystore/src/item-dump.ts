/**
 * `lru_crawler metadump` and `mgdump`: every item of a storage, bucket by bucket, as much at a time as a
 * client reads. Nothing is kept between two pieces but the number of the next bucket, and an item that is
 * there from the first piece to the last is told of once.
 *
 * ```text
 *   metadump   OK⏎  key=a%20b exp=1800000000 la=1799999990 cas=7 fetch=no cls=1 size=64 flags=0 \n ..  END⏎
 *   mgdump     OK⏎  mg KEY⏎ mg BASE64 b⏎ ..  EN⏎
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

/** A piece of an answer ends behind this many bytes or buckets, whichever comes first. */
const PIECE_BYTES = 32_768
const PIECE_BUCKETS = 1024
/** A key that is not made of these has to be sent in base64. */
const PLAIN_KEY = /^[\x21-\x7e]+$/
/** As memcached counts an item's size: what it keeps beside key and value. */
const ITEM_OVERHEAD = 50

export class ItemDump implements AnswerSource {
  readonly #storage: ScannedStorage
  readonly #clock: Clock
  readonly #kind: 'metadump' | 'mgdump'
  readonly #digits = Buffer.alloc(UINT64_DIGITS)
  #bucket = 0

  /** @param whole whether there is anything to tell of */
  constructor(
    storage: ScannedStorage,
    clock: Clock,
    kind: 'metadump' | 'mgdump',
    whole: boolean = true,
  ) {
    this.#storage = storage
    this.#clock = clock
    this.#kind = kind
    if (!whole) this.#bucket = storage.buckets
  }

  write(output: Output): boolean {
    const storage = this.#storage
    const enough = output.length + PIECE_BYTES
    const end = Math.min(storage.buckets, this.#bucket + PIECE_BUCKETS)
    let lines = ''
    while (this.#bucket < end && output.length + lines.length < enough) {
      storage.scan(this.#bucket++, (item) => {
        const key = item.bytes.toString('latin1', item.keyStart, item.keyEnd)
        lines += this.#kind === 'metadump' ? this.#describe(key, item) : nameOf(key)
      })
    }
    const isLast = this.#bucket >= storage.buckets
    if (isLast) lines += this.#kind === 'metadump' ? 'END\r\n' : 'EN\r\n'
    const bytes = Buffer.from(lines, 'latin1')
    output.write(bytes, 0, bytes.length)
    return !isLast
  }

  #describe(key: string, item: Item): string {
    const { cas, deadline, end, flags, lastAccess, marks, start } = item
    const now = this.#clock.unixSeconds
    const left = Math.ceil((deadline - this.#clock.now) / TICKS_PER_SECOND)
    const exp = deadline === NEVER ? -1 : now + left
    const used = now - Math.floor((this.#clock.now - lastAccess) / TICKS_PER_SECOND)
    const fetched = (marks & Mark.Fetched) === 0 ? 'no' : 'yes'
    const token = this.#digits.toString('latin1', 0, cas.write(this.#digits, 0))
    const size = ITEM_OVERHEAD + key.length + end - start
    return (
      `key=${uriEncoded(key)} exp=${exp} la=${used} cas=${token} ` +
      `fetch=${fetched} cls=1 size=${size} flags=${flags >>> 0} \n`
    )
  }
}

function nameOf(key: string): string {
  if (PLAIN_KEY.test(key)) return `mg ${key}\r\n`
  return `mg ${Buffer.from(key, 'latin1').toString('base64')} b\r\n`
}
