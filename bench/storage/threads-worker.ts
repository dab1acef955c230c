/** One thread of `threads-case.ts`: waits for the others, works until it is told to stop, counts. */
import { parentPort as parent, workerData } from 'node:worker_threads'
import { Entry, Status, SystemClock } from '@pelikan/core'
import { SegStorage } from '@pelikan/storage-seg'
import { keySequence, KeySpace, VALUE_BYTES } from './key-space.ts'
import { NUMBER_KEY_BYTES } from './number-key.ts'
import { Phase, PHASE_WORD, READY_WORD, type ThreadReport, type ThreadTask } from './thread-task.ts'

const SEQUENCE = 2 ** 20
const CHUNK = 2 ** 12
const HUNDRED = 100

const task = workerData as ThreadTask
const control = new Int32Array(task.control)
const space = new KeySpace(task.items)
const { keys, values } = space
const sequence = keySequence('uniform', task.items, SEQUENCE, task.seed)
const clock = new SystemClock()
const storage =
  task.handle === undefined
    ? new SegStorage({ heapBytes: task.heapBytes, clock, seed: 1 })
    : SegStorage.attach(task.handle, { clock, seed: task.seed })
const entry = new Entry()
entry.key = keys
entry.value = values
const target = Buffer.alloc(VALUE_BYTES)
let repeats = 0

if (task.handle === undefined) for (let n = 0; n < task.items; n++) set(n)
for (let n = 0; n < task.items; n++) {
  get(n)
  const start = space.valueAt(n)
  if (target.compare(values, start, start + VALUE_BYTES) !== 0) throw new Error(`key ${n} is wrong`)
}

Atomics.add(control, READY_WORD, 1)
Atomics.notify(control, READY_WORD)
work(Phase.WarmUp)
repeats = 0
const began = performance.now()
const operations = work(Phase.Measure)
const report: ThreadReport = { operations, seconds: (performance.now() - began) / 1000, repeats }
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parent?.postMessage(report)

/** Work while the phase lasts; returns the operations done. */
function work(phase: number): number {
  let done = 0
  while (Atomics.load(control, PHASE_WORD) === phase) {
    const start = done % SEQUENCE
    for (let i = start; i < start + CHUNK; i++) {
      if (i % HUNDRED < task.gets) get(sequence[i]!)
      else set(sequence[i]!)
    }
    done += CHUNK
  }
  return done
}

/** @throws Error where the key is gone or has the value of another */
function get(n: number): void {
  const start = n * NUMBER_KEY_BYTES
  for (;;) {
    const item = storage.get(keys, start, start + NUMBER_KEY_BYTES)
    if (item === undefined) throw new Error(`key ${n} is gone`)
    item.bytes.copy(target, 0, item.start, item.end)
    if (storage.release(item)) break
    repeats++
  }
  if (target[0] !== values[space.valueAt(n)]) throw new Error(`key ${n} is wrong`)
}

function set(n: number): void {
  entry.keyStart = n * NUMBER_KEY_BYTES
  entry.keyEnd = entry.keyStart + NUMBER_KEY_BYTES
  entry.valueStart = space.valueAt(n)
  entry.valueEnd = entry.valueStart + VALUE_BYTES
  if (storage.set(entry) !== Status.Ok) throw new Error('a set was refused')
}
