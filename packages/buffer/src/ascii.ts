/** Names for the bytes that text protocols are made of. */

export const LF = 10 // \n
export const CR = 13 // \r
export const SPACE = 32
export const PLUS = 43 // +
export const MINUS = 45 // -
export const ZERO = 48 // 0
export const NINE = 57 // 9
