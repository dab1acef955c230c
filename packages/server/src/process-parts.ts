/**
 * What a server is made of. Parts are factories, called on the thread that uses them; a module that
 * exports them does nothing else when it is loaded.
 *
 * @module
 */
import type { MemoryBudget } from '@pelikan/buffer'
import type {
  Clock,
  Connection,
  EntryStore,
  Execute,
  Observer,
  Parser as ParserContract,
  Response as ResponseContract,
  SegmentMap,
  Tick,
  Transport,
} from '@pelikan/core'
import type { MetricGroup, Metrics } from '@pelikan/metrics'
import type { TimedCommands } from './request-timer.ts'
import type { WaitsFor } from './session-state.ts'

/** What every part may be made with. */
export interface PartContext {
  readonly clock: Clock
  /** Counts in the row of this worker. */
  readonly metrics: Metrics
}

/** A storage that can be looked into. */
export interface Inspectable {
  /** What it looks like inside, as plain data for people. It may hold up whoever else uses the storage. */
  readonly inspect?: () => unknown
  /** Its segments at a glance, where it has any. It holds up nobody. */
  readonly segmentMap?: () => SegmentMap
}

/** Makes the storage of a process. */
export type MakeStorage<Storage> = (context: PartContext) => Storage & EntryStore & Inspectable

/** A storage that several threads can use at once. */
export interface SharedStorage<Storage> {
  readonly create: MakeStorage<Storage>
  /** What the other threads need of the storage; it can be posted to them. */
  readonly share: (storage: NoInfer<Storage>) => unknown
  /** The same storage on another thread, from what `share` gave. */
  readonly attach: (handle: unknown, context: PartContext) => NoInfer<Storage> & EntryStore
}

/** Where worker threads find the parts, which are functions and cannot be sent to them. */
export interface PartsOrigin {
  /**
   * The URL of a module that exports the parts' maker as `compose`: `import.meta.url` there. Each thread
   * loads it, so loading it does nothing else.
   */
  readonly module: string
  /** What `compose` was called with. It is sent, so it is plain data. */
  readonly config: unknown
}

/** A connection, as somebody is told of it. */
export interface ConnectionView {
  /** Different from that of every other connection of the process, closed ones included. */
  readonly number: number
  readonly connection: Connection
  readonly waitsFor: WaitsFor
  /** When something was received last, or the client was last kept waiting. */
  readonly lastReceived: Tick
}

/** What the commands may be made with. */
export interface ExecuteContext extends PartContext {
  /** What the observers of all workers share, by the name of their part. */
  readonly observed: (name: string) => unknown
  /** The connections of this worker, now. */
  readonly connections: () => Iterable<ConnectionView>
}

export interface TransportContext extends PartContext {
  /** Account for all output memory. */
  readonly budget: MemoryBudget
}

/** Observers of all workers, and what they have in common. */
export interface ObserverPart<Request, Response> {
  /** For {@link Process.observed}; no other part of the server has it. */
  readonly name: string
  /**
   * What the observers share with each other and with the main thread. Called once, there. It is sent to
   * threads, so it is plain data and shared memory.
   */
  readonly share: (workers: number) => unknown
  /** The observer of one worker, which `metrics.row` tells from others. `shared` is what `share` gave. */
  readonly attach: (shared: unknown, context: PartContext) => Observer<Request, Response>
}

/**
 * The parts of a server. All four type parameters are inferred, the request from the parser; a part
 * that does not fit the others is refused at its own line.
 */
export interface ProcessParts<Storage, Parser, Request, Response> {
  /** Names the server in logs. */
  readonly name: string
  /** The storage of the process: how it is made, and shared where it can be. */
  readonly storage: MakeStorage<Storage> | SharedStorage<Storage>
  /** A parser for one connection. */
  readonly parser: (context: PartContext) => Parser & ParserContract<Request>
  /** The response of a worker. */
  readonly response: (context: PartContext) => Response & ResponseContract<NoInfer<Request>>
  /** The commands of the protocol, over the storage. */
  readonly execute: (
    storage: NoInfer<Storage>,
    context: ExecuteContext,
  ) => Execute<NoInfer<Request>, NoInfer<Response>>
  readonly transport: (context: TransportContext) => Transport
  /** The metrics of all parts. */
  readonly metrics: readonly MetricGroup[]
  /** Which commands are timed; none without it. */
  readonly timed?: TimedCommands<NoInfer<Request>>
  /** Who sees requests that were executed; nobody without it. */
  readonly observers?: readonly ObserverPart<NoInfer<Request>, NoInfer<Response>>[]
  /** What a connection over the limit is told before it is closed. */
  readonly refusal?: Buffer
  /** Take up settings that changed meanwhile: what {@link Process.reload} was given, on every thread. */
  readonly reload?: (news: unknown) => void
  /** Absent where there are no worker threads. */
  readonly origin?: PartsOrigin
}

/**
 * Check parts where they are written down, far from the builder that takes them.
 *
 * @returns `parts`, as they are
 */
export function defineParts<Storage, Parser, Request, Response>(
  parts: ProcessParts<Storage, Parser, Request, Response>,
): ProcessParts<Storage, Parser, Request, Response> {
  return parts
}
