/**
 * All the memory of a storage, which is what threads share.
 *
 * @module
 */
import type { SegOptions } from './options.ts'

/** The options that every thread must have alike. */
export type SharedOptions = Pick<
  SegOptions,
  | 'heapBytes'
  | 'segmentBytes'
  | 'segments'
  | 'itemSizeMax'
  | 'hashPower'
  | 'overflowFactor'
  | 'eviction'
  | 'mergeTarget'
  | 'mergeMax'
  | 'compactTarget'
  | 'mergeYoung'
  | 'spareSegments'
>

export interface SegMemory {
  readonly slabs: readonly SharedArrayBuffer[]
  readonly headers: SharedArrayBuffer
  readonly lists: SharedArrayBuffer
  readonly table: SharedArrayBuffer
  readonly control: SharedArrayBuffer
  readonly ghosts: SharedArrayBuffer
}

/** A storage for another thread: plain data that can be posted there. */
export interface SegHandle {
  readonly options: SharedOptions
  readonly memory: SegMemory
  /** What keys are hashed under. */
  readonly secret: Uint8Array
}

/** The options of `options` that every thread must have alike. */
export function sharedOptions(options: SegOptions): SharedOptions {
  const {
    clock: _clock,
    hash: _hash,
    hugePages: _hugePages,
    metrics: _metrics,
    row: _row,
    seed: _seed,
    ...rest
  } = options
  return rest
}
