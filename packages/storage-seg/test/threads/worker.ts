/** One of the threads of a crew: does its job round by round, rests when asked, and posts what it found. */
import { parentPort as parent, workerData } from 'node:worker_threads'
import { SegStorage } from '@pelikan/storage-seg'
import { Hand } from './hand.ts'
import { jobs } from './jobs/jobs.ts'
import { Command, sharedClock, Word, type Plan, type Report } from './plan.ts'

const plan = workerData as Plan
const words = new Int32Array(plan.shared)
const clock = sharedClock(words)
const seg = SegStorage.attach(plan.handle, { clock, seed: plan.id })
const hand = new Hand(seg, clock, plan.id)
const { report } = hand

function comeToRest(): void {
  Atomics.add(words, Word.AtRest, 1)
  while (Atomics.load(words, Word.Command) === Command.Rest) {
    Atomics.wait(words, Word.Command, Command.Rest, 1000)
  }
  Atomics.sub(words, Word.AtRest, 1)
}

let error: string | undefined
let round = 0
try {
  const job = jobs[plan.job]
  for (; round < plan.rounds; round++) {
    const command = Atomics.load(words, Word.Command)
    if (command === Command.Stop) break
    if (command === Command.Rest) comeToRest()
    const start = performance.now()
    job(hand, round)
    report.slowest = Math.max(report.slowest, performance.now() - start)
    report.operations++
    Atomics.add(words, Word.Done + plan.id, 1)
  }
} catch (thrown) {
  error = `thread ${plan.id}, round ${round}: ${(thrown as Error).stack}`
}
const found: Report = { ...report, error }
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parent?.postMessage(found)
