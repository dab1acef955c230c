/**
 * A storage, and threads that work on it at once. Now and then all of them come to rest between two
 * operations and the storage recounts itself.
 *
 * `SEG_STRESS_SECONDS` is how long the tests of this folder work together, by default 5;
 * `SEG_STRESS_THREADS` how many threads there are, by default 2.
 *
 * @module
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { SegStorage, type SegOptions } from '@pelikan/storage-seg'
import type { JobName } from './jobs/jobs.ts'
import { Command, sharedClock, Word, type Plan, type Report } from './plan.ts'

export const SECONDS = Number(process.env['SEG_STRESS_SECONDS'] ?? 5)
export const THREADS = Number(process.env['SEG_STRESS_THREADS'] ?? 2)
/** For tests that work as long as they are told to. */
export const TIMEOUT = 120_000 + SECONDS * 1000

/** Rounds that a thread does at least. */
const PART = 1000
const TURN_MS = 10
const TURNS_PER_RECOUNT = 10
/** Turns in which every thread does its part, on however busy a machine; or it is stuck. */
const TURNS_MAX = (60_000 + SECONDS * 1000) / TURN_MS
/** In which every thread ends the round that it is in. */
const END_MS = 30_000
/** No operation waits for another so long; most of it is for a machine that gives a thread no time. */
const SLOWEST_MS = 5000

export class Crew {
  readonly seg: SegStorage
  readonly #words: Int32Array
  readonly #shared = new SharedArrayBuffer(64)
  readonly #workers: Worker[] = []
  readonly #reports: Promise<Report>[] = []
  #hasEnded = false

  constructor(options: Partial<SegOptions>) {
    this.#words = new Int32Array(this.#shared)
    this.#words[Word.Tick] = 1
    const clock = sharedClock(this.#words)
    this.seg = new SegStorage({ heapBytes: 1, hashPower: 9, seed: 5, ...options, clock })
  }

  /** Let `threads` of them do `rounds` each. */
  async finish(job: JobName, threads: number, rounds: number): Promise<Report[]> {
    this.#start(job, threads, rounds)
    return this.#end()
  }

  /** Let `threads` of them work for some time, and until each has done its part. */
  async work(job: JobName, threads: number, milliseconds: number): Promise<Report[]> {
    this.#start(job, threads, Infinity)
    const end = performance.now() + milliseconds
    for (let turn = 1; turn < TURNS_MAX && !this.#hasEnded; turn++) {
      await sleep(TURN_MS)
      Atomics.add(this.#words, Word.Tick, 1)
      if (turn % TURNS_PER_RECOUNT === 0 && !(await this.#recount())) break
      if (performance.now() >= end && this.#haveDone(PART)) break
    }
    this.#command(Command.Stop)
    return this.#end()
  }

  #start(job: JobName, threads: number, rounds: number): void {
    const handle = this.seg.share()
    for (let id = 0; id < threads; id++) {
      const workerData: Plan = { job, handle, shared: this.#shared, id, rounds }
      const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData })
      this.#workers.push(worker)
      this.#reports.push(this.#reportOf(worker))
    }
  }

  async #reportOf(worker: Worker): Promise<Report> {
    try {
      const [report] = (await once(worker, 'message')) as [Report]
      return report
    } finally {
      this.#hasEnded = true
    }
  }

  /** Whether all came to rest, and went on. */
  async #recount(): Promise<boolean> {
    const { length } = this.#workers
    // Threads that still start are not asked.
    if (!this.#haveDone(1)) return true
    this.#command(Command.Rest)
    const rest = await this.#until(() => Atomics.load(this.#words, Word.AtRest) === length)
    if (rest) this.seg.check()
    this.#command(Command.Run)
    return rest && this.#until(() => Atomics.load(this.#words, Word.AtRest) === 0)
  }

  /** False where it does not come to hold, or a thread has ended. */
  async #until(holds: () => boolean): Promise<boolean> {
    for (let turn = 0; turn < TURNS_MAX && !this.#hasEnded; turn++) {
      if (holds()) return true
      await sleep(1)
    }
    return false
  }

  #haveDone(rounds: number): boolean {
    return this.#workers.every((_, id) => Atomics.load(this.#words, Word.Done + id) >= rounds)
  }

  #command(command: number): void {
    Atomics.store(this.#words, Word.Command, command)
    Atomics.notify(this.#words, Word.Command)
  }

  /** What all have found; the storage adds up and nobody was kept waiting. */
  async #end(): Promise<Report[]> {
    const found = await Promise.race([
      Promise.all(this.#reports),
      sleep(END_MS, undefined, { ref: false }),
    ])
    const done = this.#workers.map((_, id) => Atomics.load(this.#words, Word.Done + id))
    await Promise.all(this.#workers.map(async (worker) => worker.terminate()))
    if (found === undefined) throw new Error(`threads are stuck after ${done.join(', ')} rounds`)
    assert.deepEqual(
      found.flatMap(({ error }) => error ?? []),
      [],
    )
    this.seg.check()
    for (const { slowest } of found) assert.ok(slowest < SLOWEST_MS, `a round took ${slowest} ms`)
    return found
  }
}
