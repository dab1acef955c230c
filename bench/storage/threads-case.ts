/** Some worker threads on one storage, in a process of their own. */
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Entry, Status, SystemClock } from '@pelikan/core'
import { SegStorage } from '@pelikan/storage-seg'
import { readTask } from './case-process.ts'
import { KeySpace, VALUE_BYTES } from './key-space.ts'
import { NUMBER_KEY_BYTES } from './number-key.ts'
import { Phase, PHASE_WORD, READY_WORD, type ThreadReport, type ThreadTask } from './thread-task.ts'

export interface ThreadsTask {
  readonly threads: number
  /** Else the one thread has a storage that was never shared. */
  readonly isShared: boolean
  readonly items: number
  readonly gets: number
  readonly ms: number
}

export interface ThreadsResult {
  /** Of all threads together, in a second. */
  readonly rate: number
  readonly repeats: number
}

const HEAP_BYTES = 256 * 2 ** 20
const WORKER = join(import.meta.dirname, 'threads-worker.ts')

const { gets, isShared, items, ms, threads } = readTask() as ThreadsTask
const shared = new SharedArrayBuffer(8)
const control = new Int32Array(shared)
const storage = isShared ? fill() : undefined
const handle = storage?.share()
const base = { items, gets, control: shared, heapBytes: HEAP_BYTES }
const workers = Array.from({ length: threads }, (_, i) => {
  const task: ThreadTask = { ...base, seed: i + 1, ...(handle === undefined ? {} : { handle }) }
  return new Worker(WORKER, { workerData: task })
})
const reports = Promise.all(
  workers.map(async (worker) => (await once(worker, 'message'))[0] as ThreadReport),
)
for (let ready = 0; ready < threads; ready = Atomics.load(control, READY_WORD)) {
  // An error of a worker ends the wait.
  await Promise.race([sleep(10), reports])
}
await sleep(ms / 2)
Atomics.store(control, PHASE_WORD, Phase.Measure)
await sleep(ms)
Atomics.store(control, PHASE_WORD, Phase.Stop)
let rate = 0
let repeats = 0
for (const report of await reports) {
  rate += report.operations / report.seconds
  repeats += report.repeats
}
storage?.check()
const result: ThreadsResult = { rate, repeats }
console.log(JSON.stringify(result))

function fill(): SegStorage {
  const space = new KeySpace(items)
  const filled = new SegStorage({ heapBytes: HEAP_BYTES, clock: new SystemClock(), seed: 1 })
  const entry = new Entry()
  entry.key = space.keys
  entry.value = space.values
  for (let n = 0; n < items; n++) {
    entry.keyStart = n * NUMBER_KEY_BYTES
    entry.keyEnd = entry.keyStart + NUMBER_KEY_BYTES
    entry.valueStart = space.valueAt(n)
    entry.valueEnd = entry.valueStart + VALUE_BYTES
    if (filled.set(entry) !== Status.Ok) throw new Error('a set was refused')
  }
  return filled
}
