/**
 * The few requests of a stream that rank highest: by the size of their value, or by the time they took.
 *
 * ```text
 *   memory   used, and a word unused | rank, at: float64 × places | command, bytes: int32 × places | keys
 * ```
 *
 * @module
 */
import { KeySlots, keySlotsBytes } from './key-slots.ts'

const WORD = Int32Array.BYTES_PER_ELEMENT
const DOUBLE = Float64Array.BYTES_PER_ELEMENT
const NUMBERS = 2
const WORDS = 2

export interface Ranked {
  readonly rank: number
  /** When it was, in milliseconds since 1970. */
  readonly at: number
  /** The place of its command. */
  readonly command: number
  /** Of its value. */
  readonly bytes: number
  readonly key: Buffer
}

/** Bytes of a list, a multiple of 8. */
export function topListBytes(places: number): number {
  const row = NUMBERS * DOUBLE + WORDS * WORD
  return Math.ceil((DOUBLE + places * row + keySlotsBytes(places)) / 8) * 8
}

export class TopList {
  readonly #used: Int32Array
  readonly #ranks: Float64Array
  readonly #times: Float64Array
  readonly #commands: Int32Array
  readonly #bytes: Int32Array
  readonly #keys: KeySlots
  readonly #isByKey: boolean
  /** A place with the lowest rank, where all are taken. */
  #lowest = 0

  /**
   * @param memory as for a sketch: written by one thread, read by others while it does not
   * @param at where its {@link topListBytes} begin, a multiple of 8
   * @param isByKey whether a key is listed once, with its highest rank
   */
  constructor(memory: SharedArrayBuffer, at: number, places: number, isByKey: boolean) {
    this.#used = new Int32Array(memory, at, 1)
    this.#ranks = new Float64Array(memory, at + DOUBLE, places)
    this.#times = new Float64Array(memory, at + DOUBLE * (1 + places), places)
    const words = at + DOUBLE * (1 + NUMBERS * places)
    this.#commands = new Int32Array(memory, words, places)
    this.#bytes = new Int32Array(memory, words + WORD * places, places)
    this.#keys = new KeySlots(memory, words + WORDS * WORD * places, places)
    this.#isByKey = isByKey
  }

  /** Whether a request of this rank would be listed. */
  admits(rank: number): boolean {
    return this.#used[0] < this.#ranks.length || rank > this.#ranks[this.#lowest]
  }

  /** List a request that is admitted. The key is at most 250 bytes. */
  add(
    rank: number,
    at: number,
    command: number,
    bytes: number,
    key: Buffer,
    start: number,
    end: number,
  ): void {
    const known = this.#keys.find(key, start, end)
    let place = this.#isByKey ? known : -1
    if (place >= 0 && this.#ranks[place] >= rank) return
    if (place < 0) {
      place = this.#used[0]
      if (place < this.#ranks.length) this.#used[0] = place + 1
      else {
        place = this.#lowest
        this.#keys.remove(place)
      }
      this.#keys.put(place, key, start, end)
    }
    this.#ranks[place] = rank
    this.#times[place] = at
    this.#commands[place] = command
    this.#bytes[place] = bytes
    if (this.#used[0] === this.#ranks.length) this.#findLowest()
  }

  clear(): void {
    this.#used[0] = 0
    this.#keys.clear()
  }

  /** What is listed, copied, in no order. */
  read(): Ranked[] {
    return Array.from({ length: this.#used[0] }, (_, place) => ({
      rank: this.#ranks[place],
      at: this.#times[place],
      command: this.#commands[place],
      bytes: this.#bytes[place],
      key: this.#keys.key(place),
    }))
  }

  #findLowest(): void {
    const ranks = this.#ranks
    let lowest = 0
    for (let place = 1; place < ranks.length; place++) {
      if (ranks[place] < ranks[lowest]) lowest = place
    }
    this.#lowest = lowest
  }
}
