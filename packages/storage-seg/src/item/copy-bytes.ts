/**
 * Copies of bytes, by the way that is fastest for their length and where they lie.
 *
 * Between two places of *shared* memory V8 copies one byte at a time, unless both are equally far from a
 * multiple of 8: 64 KiB take 8 µs, where `memmove` takes 0.5 µs. From shared to other memory, and back, it
 * calls `memmove`. So longer copies within shared memory go through a buffer of this thread that stays in its cache
 * (`bench/micro/shared-copy.ts` compares).
 *
 * @module
 */

/** Up to here a loop is faster than one native call (measured: 16 bytes take 12 ns against 30). */
const SHORT = 24
/** From here on two calls are faster than one between shared memories. */
const DETOUR_MIN = 512

const detour = Buffer.allocUnsafeSlow(16_384)

/** Copy `source[start, end)` to `target[at]`; the two do not overlap. */
export function copyBytes(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): void {
  if (end - start > SHORT) {
    source.copy(target, at, start, end)
    return
  }
  for (let from = start, to = at; from < end; from++, to++) target[to] = source[from]
}

/**
 * As {@link copyBytes}, where both are shared memory. In one and the same the two may overlap, if the
 * target is in front.
 */
export function copyShared(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  at: number,
): void {
  if (end - start < DETOUR_MIN) {
    source.copy(target, at, start, end)
    return
  }
  for (let from = start, to = at; from < end;) {
    const length = Math.min(end - from, detour.length)
    source.copy(detour, 0, from, from + length)
    detour.copy(target, to, 0, length)
    from += length
    to += length
  }
}
