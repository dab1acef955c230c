/**
 * What a protocol tells of its requests, so that they can be counted and listed without knowing it.
 *
 * @module
 */
import type { Observer } from '@pelikan/core'

/** A request about a key, which is `key[keyStart, keyEnd)`. */
export interface Keyed {
  readonly key: Buffer
  readonly keyStart: number
  readonly keyEnd: number
}

/** How a protocol's requests are looked at, after they were executed. Nothing here allocates. */
export interface Sight<Request extends Keyed, Response> {
  /** Names of the commands, by their places. */
  readonly commands: readonly string[]
  /** The place of the request's command; -1 for a piece of a request that is not complete. */
  readonly commandOf: (request: Request) => number
  /** Whether it is about a key that may be shown. */
  readonly isKeyed: (request: Request) => boolean
  /** Whether it asked for a value and found none. */
  readonly isMiss: (request: Request, response: Response) => boolean
  /** Bytes of the value that was answered, or that was sent to be stored; 0 where there is none. */
  readonly valueBytes: (request: Request, response: Response) => number
}

/** What an observer needs of its worker: rows tell workers apart. */
export interface WorkerPlace {
  readonly metrics: { readonly row: number }
}

/** Observers of all workers, in the shape that a server's parts have them. */
export interface SharedObservers<Request, Response> {
  readonly name: string
  readonly share: (workers: number) => unknown
  readonly attach: (shared: unknown, place: WorkerPlace) => Observer<Request, Response>
}
