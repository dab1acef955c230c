/** How much memory a process has after three times the capacity of its storage in uneven sizes. */
import { Entry, Status, SystemClock } from '@pelikan/core'
import { Random, residentBytes } from '@pelikan/loadgen'
import { SegStorage } from '@pelikan/storage-seg'
import { readTask } from './case-process.ts'
import { NUMBER_KEY_BYTES, writeNumberKey } from './number-key.ts'

export interface ResidentTask {
  readonly heapMib: number
}

export interface ResidentResult {
  /** Bytes before the storage was made, after that, and after the writes. */
  readonly before: number
  readonly made: number
  readonly written: number
  /** After the writes: what V8 holds, for its heap, and for buffers outside of it. */
  readonly v8Heap: number
  readonly buffers: number
  readonly totalBytes: number
}

const VALUE_BYTES_MAX = 512 * 1024
const TIMES = 3
const KEYS = 2_000_000

const { heapMib } = readTask() as ResidentTask
const before = residentBytes(process.pid)
const heapBytes = heapMib * 2 ** 20
const storage = new SegStorage({ heapBytes, clock: new SystemClock(), seed: 1 })
const made = residentBytes(process.pid)
const random = new Random(1)
const entry = new Entry()
const key = Buffer.alloc(NUMBER_KEY_BYTES)
entry.key = key
entry.keyEnd = key.length
entry.value = Buffer.alloc(VALUE_BYTES_MAX, '.')
for (let written = 0; written < heapBytes * TIMES; written += entry.valueEnd) {
  writeNumberKey(random.below(KEYS), key, 0)
  // As many of 1 to 2 bytes as of 256 to 512 KiB.
  entry.valueEnd = Math.max(1, Math.floor(VALUE_BYTES_MAX ** random.fraction()))
  if (storage.set(entry) !== Status.Ok) throw new Error('a set was refused')
}
storage.check()
const { arrayBuffers, heapTotal } = process.memoryUsage()
const result: ResidentResult = {
  before,
  made,
  written: residentBytes(process.pid),
  v8Heap: heapTotal,
  buffers: arrayBuffers,
  totalBytes: storage.totalBytes,
}
console.log(JSON.stringify(result))
