/**
 * Names of keys, with the blank before each, as they stand in requests and in replies: ` key:00042`.
 * All have one length, and are written and compared from the number, without a table.
 *
 * @module
 */
const BLANK = 32
const ZERO = 48

export class KeyNames {
  /** Bytes of a name with its blank. */
  readonly length: number
  /** Blank and prefix. */
  readonly #front: Buffer

  /** @param count how many keys there are, at most 2^31 */
  constructor(prefix: string, count: number) {
    this.#front = Buffer.from(` ${prefix}`, 'latin1')
    this.length = this.#front.length + String(Math.max(0, count - 1)).length
  }

  /** Write the name of `key`, blank first, at `out[at]`; returns where it ends. */
  write(key: number, out: Buffer, at: number): number {
    const front = this.#front
    const digits = at + front.length
    const end = at + this.length
    out[at] = BLANK
    for (let i = 1; i < front.length; i++) out[at + i] = front[i]!
    let rest = key | 0
    for (let i = end - 1; i >= digits; i--) {
      const quotient = (rest / 10) | 0
      out[i] = ZERO + rest - quotient * 10
      rest = quotient
    }
    return end
  }

  /** Where the name of `key`, blank first, ends if it is at `bytes[start]`, else -1. */
  match(key: number, bytes: Buffer, start: number, end: number): number {
    const front = this.#front
    const nameEnd = start + this.length
    if (nameEnd > end) return -1
    // Names differ at their ends.
    const digits = start + front.length
    let rest = key | 0
    for (let i = nameEnd - 1; i >= digits; i--) {
      const quotient = (rest / 10) | 0
      if (bytes[i] !== ZERO + rest - quotient * 10) return -1
      rest = quotient
    }
    for (let i = 0; i < front.length; i++) if (bytes[start + i] !== front[i]) return -1
    return nameEnd
  }
}
