/**
 * Ways in which a network may cut what a client sent.
 *
 * @module
 */
import fc from 'fast-check'

/** One cut, at every position: `length - 1` ways. */
export function* everyCut(bytes: Buffer): Generator<readonly Buffer[]> {
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)]
}

/** A piece per byte. */
export function byteByByte(bytes: Buffer): readonly Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

/** Cut at `positions`; those that are outside of `bytes`, or there twice, cut nothing. */
export function cutAt(bytes: Buffer, positions: readonly number[]): readonly Buffer[] {
  const inside = positions.filter((at) => at > 0 && at < bytes.length)
  const cuts = [0, ...new Set(inside.toSorted((a, b) => a - b)), bytes.length]
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end))
}

/** Any number of cuts anywhere; shrinks towards few. */
export function anyCuts(bytes: Buffer): fc.Arbitrary<readonly Buffer[]> {
  return fc
    .array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 })
    .map((positions) => cutAt(bytes, positions))
}
