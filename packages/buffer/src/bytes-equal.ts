/** Beyond this length one native call beats a loop (bench/micro: they meet at about 100 bytes). */
const LONG = 100

/** Whether `a[aStart, aEnd)` and `b[bStart, bEnd)` hold the same bytes. */
export function bytesEqual(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): boolean {
  const length = aEnd - aStart
  if (length !== bEnd - bStart) return false
  if (length > LONG) return a.compare(b, bStart, bEnd, aStart, aEnd) === 0
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}
