/** A worker that shows requests to an observer as fast as it can: each key is one letter, again and again. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { hotKeys } from '@pelikan/observe'
import { type Found, type Word, word, wordSight } from './word-sight.ts'

const { requests, shared, windowMs } = workerData as {
  readonly requests: number
  readonly shared: unknown
  readonly windowMs: number
}

const port = parentPort as MessagePort
const part = hotKeys<Word, Found>({ sample: 1, windowMs, sight: wordSight })
const observer = part.attach(shared, { metrics: { row: 1 } })
const words = Array.from({ length: 90 }, (_, i) =>
  word(String.fromCodePoint(97 + (i % 26)).repeat(1 + ((i * 37) % 250))),
)
const found = words.map(({ key }): Found => ({ hit: true, bytes: key.length }))
for (let i = 0; i < requests; i++) {
  const at = (i * 7919) % words.length
  observer.observe(words[at], found[at], 1)
}
port.postMessage(requests)
