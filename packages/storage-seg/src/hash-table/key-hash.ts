/**
 * Keys to 64 bits, in two lanes: the low one chooses the bucket, the high one is the tag and a fingerprint.
 *
 * The rounds are those of HalfSipHash-1-3 (Aumasson and Bernstein) under a secret of the process, so
 * that nobody outside can choose keys that meet in one bucket. The second lane is made of the two
 * words of state that the first leaves out.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'

/** Hashes the bytes of keys; the lanes of the last key stay until the next. */
export interface KeyHash {
  /** 32 bits, as a signed integer. */
  readonly low: number
  /** 32 bits, as a signed integer. */
  readonly high: number
  readonly compute: (bytes: Buffer, start: number, end: number) => void
}

const FINAL_ROUNDS = 3

export class SipKeyHash implements KeyHash {
  low = 0
  high = 0
  /** 8 bytes. */
  readonly secret: Uint8Array
  readonly #secretLow: number
  readonly #secretHigh: number

  /** @param secret 8 bytes that storages which share memory have in common */
  constructor(secret: Uint8Array = randomBytes(8)) {
    const words = Buffer.from(secret)
    this.secret = secret
    this.#secretLow = words.readInt32LE(0)
    this.#secretHigh = words.readInt32LE(4)
  }

  compute(bytes: Buffer, start: number, end: number): void {
    let v0 = this.#secretLow
    let v1 = this.#secretHigh
    let v2 = 0x6c796765 ^ v0
    let v3 = 0x74656462 ^ v1
    const whole = start + ((end - start) & ~3)
    let at = start
    for (;;) {
      let word: number
      if (at < whole) {
        word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
      } else {
        // The last word: the length, and the bytes that are left.
        word = (end - start) << 24
        for (let i = at, shift = 0; i < end; i++, shift += 8) word |= bytes[i] << shift
      }
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
      if (at >= whole) break
      at += 4
    }
    v2 ^= 0xff
    for (let round = 0; round < FINAL_ROUNDS; round++) {
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
    }
    this.low = v1 ^ v3
    this.high = v0 ^ v2
  }
}
