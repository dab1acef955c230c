/**
 * Which keys occur most in a stream, in memory that does not grow: the Space-Saving algorithm of Metwally,
 * Agrawal and El Abbadi ("Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005).
 * As many keys are counted as there are slots. Any other key takes the slot of one that was counted least,
 * goes on from its count, and remembers that count as what it may be wrong by.
 *
 * ```text
 *   memory   total | used | counts | misses | errors | keys      counts and so on: int32 × slots
 * ```
 *
 * Of `total` keys in `slots` slots:
 *
 * - the true number of a key in a slot is at most `count`, and at least `count - error`;
 * - `error` is at most `total / slots`;
 * - a key in no slot occurred at most as often as the least count says, which is at most `total / slots`.
 *
 * @module
 */
import { KeySlots, keySlotsBytes } from './key-slots.ts'
import { LeastFirst } from './least-first.ts'

const WORD = Int32Array.BYTES_PER_ELEMENT
const TOTAL = 0
const USED = 1
const HEAD = 2
const COLUMNS = 3
/** A sketch counts no further, so that counts stay below 2^31. */
const MOST = 2 ** 30

/** A key, and how often it occurred. */
export interface KeyCount {
  readonly key: Buffer
  /** At most so often. */
  readonly count: number
  /** By so much `count` may be too large. */
  readonly error: number
  /** So many of them found nothing, as far as is known: those before it had its slot are not counted. */
  readonly misses: number
}

/** What a sketch has counted. */
export interface Sketch {
  /** Keys that it was given. */
  readonly total: number
  /** A key that is not listed occurred at most so often. */
  readonly unlisted: number
  readonly keys: readonly KeyCount[]
}

/** Bytes of a sketch, a multiple of 8. */
export function spaceSavingBytes(slots: number): number {
  return Math.ceil(((HEAD + COLUMNS * slots) * WORD + keySlotsBytes(slots)) / 8) * 8
}

export class SpaceSaving {
  readonly #head: Int32Array
  readonly #counts: Int32Array
  readonly #misses: Int32Array
  readonly #errors: Int32Array
  readonly #keys: KeySlots
  readonly #order: LeastFirst

  /**
   * @param memory which one thread writes, with a sketch made once; another thread may make one of the
   * same memory to {@link SpaceSaving.read} it while nobody writes
   * @param at where its {@link spaceSavingBytes} begin, a multiple of 4
   */
  constructor(memory: SharedArrayBuffer, at: number, slots: number) {
    const column = (i: number): Int32Array =>
      new Int32Array(memory, at + (HEAD + i * slots) * WORD, slots)
    this.#head = new Int32Array(memory, at, HEAD)
    this.#counts = column(0)
    this.#misses = column(1)
    this.#errors = column(2)
    this.#keys = new KeySlots(memory, at + (HEAD + COLUMNS * slots) * WORD, slots)
    this.#order = new LeastFirst(this.#counts)
  }

  /** It has counted as far as it can, and wants to be cleared. */
  get isFull(): boolean {
    return this.#head[TOTAL] >= MOST
  }

  /** Count a key of at most 250 bytes. */
  add(key: Buffer, start: number, end: number, isMiss: boolean): void {
    if (this.isFull) return
    this.#head[TOTAL]++
    let slot = this.#keys.find(key, start, end)
    if (slot < 0) slot = this.#slotFor(key, start, end)
    this.#counts[slot]++
    if (isMiss) this.#misses[slot]++
    this.#order.rose(slot)
  }

  clear(): void {
    this.#head.fill(0)
    this.#keys.clear()
    this.#order.clear()
  }

  /** What it has counted, copied. */
  read(): Sketch {
    const used = this.#head[USED]
    const keys = Array.from({ length: used }, (_, slot) => ({
      key: this.#keys.key(slot),
      count: this.#counts[slot],
      error: this.#errors[slot],
      misses: this.#misses[slot],
    }))
    const hasRoom = used < this.#counts.length
    const unlisted = hasRoom ? 0 : Math.min(...keys.map(({ count }) => count))
    return { total: this.#head[TOTAL], unlisted, keys }
  }

  #slotFor(key: Buffer, start: number, end: number): number {
    const used = this.#head[USED]
    if (used < this.#counts.length) {
      this.#head[USED] = used + 1
      this.#counts[used] = 0
      this.#errors[used] = 0
      this.#misses[used] = 0
      this.#keys.put(used, key, start, end)
      this.#order.push(used)
      return used
    }
    const slot = this.#order.least
    this.#keys.remove(slot)
    this.#keys.put(slot, key, start, end)
    this.#errors[slot] = this.#counts[slot]
    this.#misses[slot] = 0
    return slot
  }
}

/**
 * Several streams as one: what a sketch of all of them would say, with the same bounds. A sketch that does
 * not list a key may have missed as many of it as its least count, so those count as error.
 */
export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const unlisted = sketches.reduce((sum, sketch) => sum + sketch.unlisted, 0)
  const merged = new Map<string, KeyCount>()
  for (const sketch of sketches) {
    for (const { count, error, key, misses } of sketch.keys) {
      const name = key.toString('latin1')
      const other = merged.get(name) ?? { count: unlisted, error: unlisted, misses: 0 }
      merged.set(name, {
        key,
        count: other.count - sketch.unlisted + count,
        error: other.error - sketch.unlisted + error,
        misses: other.misses + misses,
      })
    }
  }
  const total = sketches.reduce((sum, sketch) => sum + sketch.total, 0)
  return { total, unlisted, keys: [...merged.values()].toSorted((a, b) => b.count - a.count) }
}
