/**
 * `lru_crawler metadump` and `mgdump`: every item of a storage, bucket by bucket, as much at a time as a
 * client reads. Nothing is kept between two pieces but the number of the next bucket, and an item that is
 * there from the first piece to the last is told of once.
 *
 * ```text
 *   metadump   OK⏎  key=a%20b exp=1800000000 cas=7 cls=1 size=64 flags=0 \n ..  END⏎
 *   mgdump     OK⏎  mg KEY⏎ mg BASE64 b⏎ ..                                                     EN⏎
 * ```
 *
 * `la` and `fetch` are left out: a storage tells them of an item that is read, not of one that is passed.
 *
 * @module
 */
import { type Output, UINT64_DIGITS } from '@pelikan/buffer'
import { type AnswerSource, type Clock, type Item, NEVER, TICKS_PER_SECOND } from '@pelikan/core'

/** A storage whose items can be gone through. */
export interface ScannedStorage {
  readonly buckets: number
  /** Lend each live item of a bucket, its key at `bytes[keyStart, keyEnd)`; `visit` calls nothing of the storage. */
  readonly scan: (
    bucket: number,
    visit: (item: Item & { readonly keyStart: number; readonly keyEnd: number }) => void,
  ) => void
}

/** A piece of an answer ends behind this many bytes or buckets, whichever comes first. */
const PIECE_BYTES = 32_768
const PIECE_BUCKETS = 1024
/** A key that is not made of these has to be sent in base64. */
const PLAIN_KEY = /^[\x21-\x7e]+$/
const RESERVED = /[^A-Za-z0-9\-._~]/g
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
    const { cas, deadline, end, flags, start } = item
    const now = this.#clock.unixSeconds
    const left = Math.ceil((deadline - this.#clock.now) / TICKS_PER_SECOND)
    const exp = deadline === NEVER ? -1 : now + left
    const token = this.#digits.toString('latin1', 0, cas.write(this.#digits, 0))
    const size = ITEM_OVERHEAD + key.length + end - start
    return `key=${uriEncoded(key)} exp=${exp} cas=${token} cls=1 size=${size} flags=${flags >>> 0} \n`
  }
}

function uriEncoded(key: string): string {
  return key.replace(
    RESERVED,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

function nameOf(key: string): string {
  if (PLAIN_KEY.test(key)) return `mg ${key}\r\n`
  return `mg ${Buffer.from(key, 'latin1').toString('base64')} b\r\n`
}
