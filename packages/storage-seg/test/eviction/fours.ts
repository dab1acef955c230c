/**
 * A storage of 16 segments of 1,024 bytes, and items of which four fill one.
 *
 * @module
 */
import { itemSize, type SegOptions } from '@pelikan/storage-seg'
import { begin as beginStorage } from '../begin.ts'

export const FOUR = 4
export const VALUE = 'x'.repeat(230)

const SIZE = itemSize(4, VALUE.length, 0)
if (Math.floor(1024 / SIZE) !== FOUR)
  throw new Error(`items of ${SIZE} bytes are not four a segment`)

export function begin(options: Partial<SegOptions>) {
  const { subject, ...rest } = beginStorage({
    segmentBytes: 1024,
    segments: 16,
    seed: 3,
    ...options,
  })
  const there = (keys: readonly string[]) => keys.filter((key) => subject.get(key) !== undefined)
  return { ...rest, subject, there }
}

export const name = (i: number) => String(i).padStart(4, '0')
export const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => name(from + i))
