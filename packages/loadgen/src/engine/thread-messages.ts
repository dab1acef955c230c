/**
 * What the main thread and the threads that generate load say to each other.
 *
 * ```text
 *   main     ── phase ──►            ── go ──►
 *   thread               ◄── ready ──          ◄── measured ──   ◄── rested ──
 *                                    ◄── failed ── at any time
 * ```
 *
 * @module
 */
import type { LoadErrorCode } from '../errors.ts'
import type { Target } from './client-transport.ts'
import type { LoadSpec } from './load-spec.ts'

/** Given to a thread when it starts. */
export interface ThreadData {
  readonly spec: LoadSpec
  /** Number of the thread, from 0. */
  readonly thread: number
  /** Memory of its `Recording`. */
  readonly memory: SharedArrayBuffer
}

/** One stretch of load against one server. */
export interface Phase {
  readonly kind: 'fill' | 'load'
  readonly target: Target
  /** Of a load. */
  readonly seconds: number
  /** Requests per second of all threads together; 0 for a closed loop. */
  readonly rate: number
}

export type ToThread = { readonly say: 'phase'; readonly phase: Phase } | { readonly say: 'go' }

export type FromThread =
  | { readonly say: 'started'; readonly transport: string }
  | { readonly say: 'ready' }
  | { readonly say: 'measured'; readonly seconds: number }
  | { readonly say: 'rested' }
  | { readonly say: 'failed'; readonly code: LoadErrorCode; readonly message: string }
