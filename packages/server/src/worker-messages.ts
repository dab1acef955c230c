/**
 * What the main thread and a worker thread say to each other: where to listen, what settings
 * have changed, and when to stop. Nothing
 * is said per request, and per connection only where somebody wants to know.
 *
 * ```text
 *   main                      worker
 *   listen  ───────────────►
 *           ◄───────────────  done, or refused
 *           ◄───────────────  connected, failed
 *   reload  ───────────────►
 *   drain   ───────────────►
 *           ◄───────────────  done
 * ```
 *
 * @module
 */
import { type ListenAddress, type ListenOptions, PelikanError } from '@pelikan/core'
import type { Limits } from './limits.ts'
import type { PartsOrigin } from './process-parts.ts'

/** What a worker thread starts with. */
export interface WorkerThreadData {
  readonly origin: PartsOrigin
  /** What the storage's `share` gave. */
  readonly storage: unknown
  /** The block of the metrics, how many rows it has, and which one is this thread's. */
  readonly metrics: SharedArrayBuffer
  readonly rows: number
  readonly row: number
  readonly connections: SharedArrayBuffer
  readonly clockOrigin: number
  /** Of this thread alone, what the connections share aside. */
  readonly limits: Limits
  readonly expires: boolean
  /** Turns of which one is timed; 0 for none. */
  readonly latencySample: number
  /** What the observers of all workers share, by part. */
  readonly observed: readonly unknown[]
}

export type ToWorker =
  | {
      readonly kind: 'listen'
      readonly address: ListenAddress
      readonly options: ListenOptions
      /** Whether to tell of each connection. */
      readonly tell: boolean
    }
  | { readonly kind: 'drain'; readonly graceMs: number }
  | { readonly kind: 'reload'; readonly news: unknown }

export type FromWorker =
  | { readonly kind: 'done'; readonly address?: ListenAddress }
  | { readonly kind: 'refused'; readonly error: SentError }
  | { readonly kind: 'connected'; readonly id: number }
  | { readonly kind: 'failed'; readonly error: SentError }

/** An error as plain data: a copy that is posted has lost its class and its code. */
export interface SentError {
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
}

export function sentError(error: unknown): SentError {
  if (!(error instanceof Error))
    return { message: String(error), stack: undefined, code: undefined }
  const { code, message, stack } = error as NodeJS.ErrnoException
  return { message, stack, code }
}

/** The error again, with its class where that is of ours. */
export function receivedError({ code, message, stack }: SentError): Error {
  const error =
    code?.startsWith('PELIKAN_') === true ? new PelikanError(code, message) : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
