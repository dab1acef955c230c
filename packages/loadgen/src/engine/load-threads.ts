/**
 * The threads that generate load, seen from the main thread. They stay between phases, so that their code
 * is compiled once and all servers are measured by the same.
 *
 * @module
 */
import { Worker } from 'node:worker_threads'
import { LoadError } from '../errors.ts'
import { Recording } from '../measure/recording.ts'
import type { LoadSpec } from './load-spec.ts'
import type { FromThread, Phase, ThreadData, ToThread } from './thread-messages.ts'

/** In the sources it is TypeScript, in the package it is what became of it. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './load-thread.ts' : './load-thread.js',
  import.meta.url,
)

/** Called at the two moments between which a server's CPU time counts. */
export interface PhaseMoments {
  readonly begins: () => void
  readonly ends: () => void
}

interface Thread {
  readonly worker: Worker
  readonly recording: Recording
}

/** Hears all threads; replaced from phase to phase. */
interface Listener {
  readonly heard: (message: FromThread) => void
  readonly failed: (error: Error) => void
}

export class LoadThreads {
  /** The transport that the threads use. */
  readonly transport: string
  readonly #threads: readonly Thread[]
  readonly #listeners: { now: Listener }

  private constructor(transport: string, threads: readonly Thread[], listeners: { now: Listener }) {
    this.transport = transport
    this.#threads = threads
    this.#listeners = listeners
  }

  /** @throws LoadError where the protocol or the transport cannot be loaded */
  static async start(spec: LoadSpec): Promise<LoadThreads> {
    const { promise, reject, resolve } = Promise.withResolvers<string>()
    let waiting = spec.threads
    const listeners: { now: Listener } = {
      now: {
        failed: reject,
        heard(message) {
          if (message.say === 'started' && --waiting === 0) resolve(message.transport)
        },
      },
    }
    const threads = Array.from({ length: spec.threads }, (_, thread): Thread => {
      const recording = new Recording()
      const data: ThreadData = { spec, thread, memory: recording.memory }
      const worker = new Worker(THREAD, { workerData: data })
      worker.on('message', (message: FromThread) => {
        if (message.say === 'failed') {
          listeners.now.failed(new LoadError(message.code, message.message))
        } else {
          listeners.now.heard(message)
        }
      })
      worker.on('error', (error) => listeners.now.failed(error as Error))
      return { worker, recording }
    })
    try {
      return new LoadThreads(await promise, threads, listeners)
    } catch (error) {
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
      throw error
    }
  }

  /** What all threads have counted in the phase so far. */
  recorded(): Recording {
    const all = new Recording()
    for (const { recording } of this.#threads) all.add(recording)
    return all
  }

  /** Requests answered in the phase so far. */
  get requests(): number {
    return this.#threads.reduce((sum, { recording }) => sum + recording.requests, 0)
  }

  /**
   * Run one phase to its end.
   *
   * @returns seconds that were measured, the longest of all threads
   * @throws LoadError that the server is not reachable, silent or wrong, or closed a connection
   */
  run(phase: Phase, moments: PhaseMoments): Promise<number> {
    const { promise, reject, resolve } = Promise.withResolvers<number>()
    const count = this.#threads.length
    const seen = { ready: 0, measured: 0, rested: 0 }
    let seconds = 0
    this.#listeners.now = {
      failed: reject,
      heard: (message) => {
        if (message.say === 'ready' && ++seen.ready === count) {
          moments.begins()
          this.#tell({ say: 'go' })
        } else if (message.say === 'measured') {
          seconds = Math.max(seconds, message.seconds)
          if (++seen.measured === count) moments.ends()
        } else if (message.say === 'rested' && ++seen.rested === count) {
          resolve(seconds)
        }
      },
    }
    this.#tell({ say: 'phase', phase })
    return promise
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #tell(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    for (const { worker } of this.#threads) worker.postMessage(message)
  }
}
