/** One of two threads that render pages: each its half, then it reads the pages of both. */
// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { Seg, type SegLibraryHandle } from '@pelikan/storage-seg'
import { PAGES, pageKey, renderPage } from './pages.ts'

/** What a worker is started with. */
export interface Work {
  readonly handle: SegLibraryHandle
  /** 0 for the even pages, 1 for the odd ones. */
  readonly half: number
}

assert.ok(parentPort, 'this is the file of a worker thread')
const { half, handle } = workerData as Work
using cache = Seg.attach(handle)

let rendered = 0
for (let id = half; id < PAGES; id += 2) {
  await cache.getOrSet(
    pageKey(id),
    () => {
      rendered++
      return renderPage(id)
    },
    { ttl: 60 },
  )
}
cache.increment('pages rendered', rendered, { initial: rendered })
parentPort.postMessage({ rendered })

await once(parentPort, 'message')
const page = Buffer.alloc(4096)
let read = 0
for (let id = 0; id < PAGES; id++) {
  // From bytes to bytes: nothing is allocated.
  const length = cache.getInto(pageKey(id), page)
  if (length < 0) continue
  assert.equal(page.toString('utf8', 0, length), renderPage(id))
  read++
}
parentPort.postMessage({ read })
parentPort.close()
