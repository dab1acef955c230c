/**
 * The workers of a process on threads of their own, over one storage and at the same addresses.
 *
 * ```text
 *   main thread                         worker 1                worker 2 .. N
 *   storage: create, share ──handle──►  attach                  attach
 *   listen: one after the other         open (refuses others)   join
 *   metrics: reads all rows             counts in row 1         counts in row 2 .. N
 * ```
 *
 * @module
 */
import type { ListenAddress, ListenOptions } from '@pelikan/core'
import type { ProcessWorker } from './process.ts'
import { ThreadHandle, type ThreadListener } from './thread-handle.ts'
import type { WorkerThreadData } from './worker-messages.ts'

/** What a thread has beyond the time that clients have, before it is ended as it is. */
const OVERTIME_MS = 1000
const MODE = 0o777

export interface WorkerThreadsOptions {
  /** Names the threads, for `ps` and debuggers. */
  readonly name: string
  /** What each thread starts with. */
  readonly data: readonly WorkerThreadData[]
  /** Whether somebody wants to know of connections, asked when the process starts to listen. */
  readonly tellsConnections: () => boolean
  /** Sessions that are open on all threads. */
  readonly sessionCount: () => number
  readonly connected: (id: number) => void
  /** An exception that no client caused ended a session. */
  readonly failed: (error: unknown) => void
  /** A thread ended by itself. The others are ended, too. */
  readonly died: (error: Error) => void
}

export class WorkerThreads implements ProcessWorker {
  readonly #threads: readonly ThreadHandle[]
  readonly #options: WorkerThreadsOptions
  #isListening = false
  /** What the first one died of. */
  #death: Error | undefined = undefined

  constructor(options: WorkerThreadsOptions) {
    this.#options = options
    this.#threads = options.data.map(
      (data, index) =>
        new ThreadHandle(`${options.name} ${index + 1}`, data, this.#listener(index)),
    )
  }

  get sessionCount(): number {
    return this.#options.sessionCount()
  }

  /** @throws what the transport of the first thread says, or what a thread died of meanwhile */
  async listen(addresses: readonly ListenAddress[]): Promise<readonly ListenAddress[]> {
    const [first, ...others] = this.#threads
    const tell = this.#options.tellsConnections()
    const ask = (thread: ThreadHandle, address: ListenAddress, options: ListenOptions) =>
      thread.ask({ kind: 'listen', address, options, tell })
    const bound: ListenAddress[] = []
    for (const address of addresses) {
      const options: ListenOptions = others.length === 0 ? {} : { share: 'open' }
      const opened = await underUmask(address, () => ask(first!, address, options))
      await Promise.all(others.map((thread) => ask(thread, opened!, { share: 'join' })))
      bound.push(withoutDescriptor(opened!))
    }
    if (this.#death !== undefined) throw this.#death
    this.#isListening = true
    return bound
  }

  async drain(graceMs: number): Promise<void> {
    const drained = this.#threads.map((thread) => thread.ask({ kind: 'drain', graceMs }))
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, graceMs + OVERTIME_MS)))
    // A thread that dies while it drains has nothing more to lose.
    await Promise.race([Promise.allSettled(drained), timeout])
    clearTimeout(timer)
    await this.close()
  }

  reload(news: unknown): void {
    for (const thread of this.#threads) thread.tell({ kind: 'reload', news })
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end(this.#death)))
  }

  #listener(index: number): ThreadListener {
    const { connected, died, failed } = this.#options
    return {
      // Transports number their connections each for itself.
      connected: (id) => connected(id * this.#threads.length + index),
      failed,
      died: (error) => {
        this.#death ??= error
        void this.close()
        // Before, whoever waits for `listen` is told.
        if (this.#isListening) died(error)
      },
    }
  }
}

/** So that at no moment somebody may connect to a Unix socket who may not: only this thread has a umask. */
async function underUmask<T>(address: ListenAddress, bind: () => Promise<T>): Promise<T> {
  if (!('path' in address)) return bind()
  const before = process.umask(MODE & ~(address.mode ?? MODE))
  try {
    return await bind()
  } finally {
    process.umask(before)
  }
}

/** It means something to the threads only. */
function withoutDescriptor(address: ListenAddress): ListenAddress {
  if (!('path' in address)) return address
  const { descriptor: _, ...rest } = address
  return rest
}
