/**
 * All keys in one run of bytes, each with the blank before it, as it stands in a request and in an
 * answer: ` bench:0 bench:1 bench:2 ...`.
 *
 * @module
 */
export class KeyTable {
  readonly bytes: Buffer
  /** Key `n` and its blank are `bytes[offsets[n], offsets[n + 1])`. */
  readonly offsets: Int32Array
  /** Bytes of the longest key with its blank. */
  readonly maxBytes: number

  /** @param count keys; up to 50 million fit */
  constructor(count: number) {
    this.maxBytes = ` bench:${count - 1}`.length
    this.bytes = Buffer.allocUnsafeSlow(count * this.maxBytes)
    this.offsets = new Int32Array(count + 1)
    let at = 0
    for (let key = 0; key < count; key++) {
      this.offsets[key] = at
      at += this.bytes.write(` bench:${key}`, at, 'latin1')
    }
    this.offsets[count] = at
  }

  /** Copy a key and its blank to `out[at]`; returns where it ends. */
  write(key: number, out: Buffer, at: number): number {
    const { bytes, offsets } = this
    const end = offsets[key + 1]!
    let to = at
    for (let i = offsets[key]!; i < end; i++) out[to++] = bytes[i]!
    return to
  }

  /** Where the key and its blank end if they are at `bytes[start]`, else -1. */
  match(key: number, bytes: Buffer, start: number, end: number): number {
    const from = this.offsets[key]!
    const length = this.offsets[key + 1]! - from
    if (start + length > end) return -1
    for (let i = 0; i < length; i++) if (bytes[start + i] !== this.bytes[from + i]) return -1
    return start + length
  }
}
