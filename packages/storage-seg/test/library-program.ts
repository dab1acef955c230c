/** A program that uses the cache and closes nothing, for `library-process.test.ts`. */
import { setImmediate as turn } from 'node:timers/promises'
import { Worker, isMainThread, workerData } from 'node:worker_threads'
import { Seg, type SegLibraryHandle } from '@pelikan/storage-seg'

const TURNS_MAX = 200

if (!isMainThread) {
  Seg.attach(workerData as SegLibraryHandle).set('a', 'from a thread')
} else if (process.argv[2] === 'collect') {
  const { collected } = abandon()
  for (let i = 0; i < TURNS_MAX && !collected(); i++) {
    // To ask keeps it until the end of a turn.
    await turn()
    globalThis.gc?.()
    await turn()
  }
  console.log(collected() ? 'collected' : 'kept')
} else {
  const seg = new Seg({ heapBytes: '8MB' })
  const worker = new Worker(new URL(import.meta.url), { workerData: seg.share() })
  worker.on('exit', () => console.log(seg.getString('a')))
}

function abandon(): { collected: () => boolean } {
  const seg = new Seg({ heapBytes: '8MB' })
  seg.set('a', 'x')
  const held = new WeakRef(seg)
  return { collected: () => held.deref() === undefined }
}
