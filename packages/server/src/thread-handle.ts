/**
 * The main thread's end of one worker thread: asks it one thing at a time, and notices when it ends.
 *
 * @module
 */
import { Worker } from 'node:worker_threads'
import type { ListenAddress } from '@pelikan/core'
import { ServerError } from './errors.ts'
import {
  type FromWorker,
  type ToWorker,
  type WorkerThreadData,
  receivedError,
} from './worker-messages.ts'

/** What a thread tells unasked. */
export interface ThreadListener {
  readonly connected: (id: number) => void
  readonly failed: (error: Error) => void
  /** It ended, and {@link ThreadHandle.end} was not called. */
  readonly died: (error: Error) => void
}

interface Question {
  readonly resolve: (address: ListenAddress | undefined) => void
  readonly reject: (error: Error) => void
}

/** Beside this file, which is TypeScript in the repository and JavaScript in a package. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './worker-thread.ts' : './worker-thread.js',
  import.meta.url,
)

export class ThreadHandle {
  readonly #name: string
  readonly #worker: Worker
  readonly #listener: ThreadListener
  #question: Question | undefined = undefined
  /** Why nothing can be asked any more. */
  #over: Error | undefined = undefined

  constructor(name: string, data: WorkerThreadData, listener: ThreadListener) {
    this.#name = name
    this.#listener = listener
    this.#worker = new Worker(ENTRY, { name, workerData: data })
      .on('message', (message: FromWorker) => this.#hear(message))
      .on('error', (error: unknown) => this.#die(error))
      .on('exit', (code) => this.#die(new Error(`it ended with code ${code}`)))
  }

  /**
   * Ask for something; one thing at a time.
   *
   * @returns where it listens now, if that was the question
   * @throws what the thread says, or what it died of
   */
  ask(message: ToWorker): Promise<ListenAddress | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) {
        reject(this.#over)
        return
      }
      this.#question = { resolve, reject }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(message)
    })
  }

  /** Say something that has no answer. */
  tell(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(message)
  }

  /** End the thread wherever it is; whoever waits for an answer gets `reason`. */
  async end(reason?: Error): Promise<void> {
    this.#over ??= reason ?? new Error(`${this.#name} was ended`)
    await this.#worker.terminate()
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'done':
        this.#answer()?.resolve(message.address)
        break
      case 'refused':
        this.#answer()?.reject(receivedError(message.error))
        break
      case 'connected':
        this.#listener.connected(message.id)
        break
      case 'failed':
        this.#listener.failed(receivedError(message.error))
        break
    }
  }

  #answer(): Question | undefined {
    const question = this.#question
    this.#question = undefined
    return question
  }

  /** An exception that nobody caught is followed by the end, of which only the first is told. */
  #die(cause: unknown): void {
    if (this.#over !== undefined) {
      this.#answer()?.reject(this.#over)
      return
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    this.#over = new ServerError('PELIKAN_WORKER_DIED', `worker ${this.#name} died: ${reason}`, {
      cause,
    })
    this.#answer()?.reject(this.#over)
    this.#listener.died(this.#over)
  }
}
