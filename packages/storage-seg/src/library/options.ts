/**
 * What a {@link Seg} is made with, and what another thread needs to open it.
 *
 * @module
 */
import { parseSize, type Clock } from '@pelikan/core'
import type { SegHandle } from '../memory.ts'
import { invalidOption, type SegOptions } from '../options.ts'

/** Those of the storage, but for the metrics, which the library has of its own. */
export interface SegLibraryOptions extends Omit<
  SegOptions,
  'heapBytes' | 'segmentBytes' | 'itemSizeMax' | 'clock' | 'metrics' | 'row'
> {
  /** Memory for everything: a number of bytes or text such as `"256MB"`. Units count in 1024s. */
  readonly heapBytes: number | string
  /** Bytes of a segment, as a number or as text. By default a 512th of `heapBytes`, from 32 KiB to 1 MiB. */
  readonly segmentBytes?: number | string
  /** Most bytes of key and value together. By default 1 MiB less 13 bytes, or what half of the memory holds. */
  readonly itemSizeMax?: number | string
  /** By default a clock of the cache's own. */
  readonly clock?: Clock
  /** Threads that may have the cache open at one time. By default 64; each costs less than 400 bytes of counters. */
  readonly threads?: number
}

/** A cache for another thread: plain data that can be posted there. */
export interface SegLibraryHandle {
  readonly storage: SegHandle
  readonly metrics: SharedArrayBuffer
  readonly rows: SharedArrayBuffer
  /** That of the clock; `undefined` where the clock is the caller's own. */
  readonly origin: number | undefined
}

/** What a thread has of its own in a cache that it shares. */
export type SegAttachOptions = Pick<SegLibraryOptions, 'clock' | 'seed'>

const THREADS = 64
const THREADS_MAX = 4096

/** Options of the storage, with sizes as numbers. */
export function storageOptions(
  options: SegLibraryOptions,
): Omit<SegOptions, 'clock' | 'metrics' | 'row'> {
  const {
    clock: _clock,
    threads: _threads,
    heapBytes,
    segmentBytes,
    itemSizeMax,
    ...rest
  } = options
  return {
    ...rest,
    heapBytes: sizeOf('heapBytes', heapBytes),
    ...(segmentBytes === undefined ? {} : { segmentBytes: sizeOf('segmentBytes', segmentBytes) }),
    ...(itemSizeMax === undefined ? {} : { itemSizeMax: sizeOf('itemSizeMax', itemSizeMax) }),
  }
}

/** @throws SegError `PELIKAN_SEG_INVALID_OPTION` */
export function checkThreads(threads: number = THREADS): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX) return threads
  throw invalidOption(`threads is ${threads}; it must be a whole number from 1 to ${THREADS_MAX}`)
}

function sizeOf(name: string, size: number | string): number {
  if (typeof size !== 'string') return size
  const bytes = parseSize(size)
  if (bytes !== undefined) return bytes
  throw invalidOption(
    `${name} is "${size}"; it must be a number of bytes or text such as "64MB", "512k" or "1GiB"`,
  )
}
