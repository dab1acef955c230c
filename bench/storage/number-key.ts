/** Keys of 16 bytes that are numbers, so that millions of them need no memory. */
export const NUMBER_KEY_BYTES = 16

const ZERO = 48

/** Write the key of `number` at `out[at]`: decimal, with zeros in front; returns where it ends. */
export function writeNumberKey(number: number, out: Buffer, at: number): number {
  let left = number
  for (let i = at + NUMBER_KEY_BYTES - 1; i >= at; i--) {
    const rest = Math.floor(left / 10)
    out[i] = ZERO + left - rest * 10
    left = rest
  }
  return at + NUMBER_KEY_BYTES
}

/** The number whose key is at `bytes[at]`. */
export function readNumberKey(bytes: Buffer, at: number): number {
  let number = 0
  for (let i = at; i < at + NUMBER_KEY_BYTES; i++) number = number * 10 + bytes[i]! - ZERO
  return number
}
