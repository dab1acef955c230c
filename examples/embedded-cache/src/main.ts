/**
 * Three threads, one cache: two workers render pages into it, and everybody reads the pages of everybody.
 * What is printed is checked, so that it ends with code 0 only where it is true.
 */
// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { Seg } from '@pelikan/storage-seg'
import { PAGES, pageKey, renderPage } from './pages.ts'
import type { Work } from './worker.ts'

const MIB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** MiB of the JavaScript heap that are in use. */
function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / MIB
}

const cache = new Seg({ heapBytes: '128MB' })
const before = heap()

const workers = [0, 1].map((half) => {
  const workerData: Work = { handle: cache.share(), half }
  return new Worker(new URL('worker.ts', import.meta.url), { workerData })
})
const rendered = await Promise.all(workers.map((worker) => once(worker, 'message')))
console.log('rendered by the workers', rendered.flat())

// The main thread reads what the workers have stored.
let hits = 0
for (let id = 0; id < PAGES; id++) {
  const page = cache.getString(pageKey(id))
  if (page === undefined) continue
  assert.equal(page, renderPage(id))
  hits++
}
assert.equal(hits, PAGES)
assert.equal(cache.getString('pages rendered'), String(PAGES))

// And the workers read what the other one has stored.
for (const worker of workers) worker.postMessage('read')
const ends = workers.map((worker) => once(worker, 'exit'))
const read = await Promise.all(workers.map((worker) => once(worker, 'message')))
console.log('read by the workers    ', read.flat())
assert.deepEqual(read.flat(), [{ read: PAGES }, { read: PAGES }])
await Promise.all(ends)

let met = 0
for (const key of cache.keys()) if (key.toString().startsWith('page:')) met++
assert.equal(met, PAGES)

const after = heap()
const stats = cache.stats()
const items = stats.bytes / MIB
console.log('the cache              ', stats)
console.log(
  `${items.toFixed(1)} MiB of items; JavaScript heap ${before.toFixed(1)} MiB before, ` +
    `${after.toFixed(1)} MiB after`,
)
assert.ok(after - before < items / 4, 'the pages are in the JavaScript heap')
// Nothing is closed here: a cache keeps no process alive.
