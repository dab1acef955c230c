/** One of the threads of `library-threads.test.ts`: opens the cache of its task and does what that says. */
import { parentPort as parent, workerData } from 'node:worker_threads'
import { Seg, type SegLibraryHandle } from '@pelikan/storage-seg'

export interface Task {
  readonly kind: 'greet' | 'count' | 'churn' | 'tick' | 'rest'
  readonly handle: SegLibraryHandle
  readonly id: number
  /** Word 0: not 0 to stop; word 1: how often the churning thread went round. */
  readonly shared: SharedArrayBuffer
  /** Increments, and as many reads. */
  readonly rounds: number
}

const task = workerData as Task
const words = new Int32Array(task.shared)
const seg = Seg.attach(task.handle)

async function greet(): Promise<unknown> {
  const heard = seg.getString('from main')
  seg.set(`from ${task.id}`, new Uint8Array([task.id, 255]), { ttl: 3600 })
  const loaded = await seg.getOrSet(`loaded by ${task.id}`, async () => `value of ${task.id}`)
  seg.close()
  return { heard, loaded: String(loaded) }
}

function count(): unknown {
  let last = 0
  for (let round = 0; round < task.rounds; round++) {
    const sum = seg.increment('counter', 1, { initial: 1 })
    if (sum === undefined || sum <= last) throw new Error(`${sum} after ${last}`)
    last = sum
    if (seg.get('counter') === undefined) throw new Error('the counter is gone')
  }
  return last
}

/** Let keys come and go, and write one key over and over, in all lengths. */
function churn(): unknown {
  const target = Buffer.alloc(4096)
  for (let round = 0; Atomics.load(words, 0) === 0; round++) {
    const key = `churn ${round % 200}`
    if (round % 3 === 0) seg.delete(key)
    else seg.set(key, 'x'.repeat(round % 300), round % 5 === 0 ? { ttlMs: 100 } : undefined)
    const mark = (round % 250) + 1
    seg.set('same', target.subarray(0, 1 + ((round * 37) % 2000)).fill(mark))
    Atomics.add(words, 1, 1)
  }
  return undefined
}

function tick(): unknown {
  seg.clock.refresh()
  return seg.clock.now
}

/** Write until something is evicted: that is the begin of a walk, and the thread ends in it. */
function rest(): unknown {
  const { evictions } = seg.stats()
  for (let i = 0; seg.stats().evictions === evictions; i++) {
    for (let part = 0; part < 5; part++) seg.set(`rest ${i}.${part}`, 'x'.repeat(100))
  }
  return undefined
}

const answer = await { greet, count, churn, tick, rest }[task.kind]()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parent?.postMessage(answer)
