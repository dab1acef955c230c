/**
 * What a server is made of. Parts are factories, called on the thread that uses them; a module that
 * exports them does nothing else when it is loaded.
 *
 * @module
 */
import type { MemoryBudget } from '@pelikan/buffer'
import type {
  Clock,
  EntryStore,
  Execute,
  Parser as ParserContract,
  Response as ResponseContract,
  Transport,
} from '@pelikan/core'
import type { MetricGroup, Metrics } from '@pelikan/metrics'

/** What every part may be made with. */
export interface PartContext {
  readonly clock: Clock
  readonly metrics: Metrics
}

export interface TransportContext extends PartContext {
  /** Account for all output memory. */
  readonly budget: MemoryBudget
}

/**
 * The parts of a server. All four type parameters are inferred, the request from the parser; a part
 * that does not fit the others is refused at its own line.
 */
export interface ProcessParts<Storage, Parser, Request, Response> {
  /** Names the server in logs. */
  readonly name: string
  /** The storage of the process. */
  readonly storage: (context: PartContext) => Storage & EntryStore
  /** A parser for one connection. */
  readonly parser: (context: PartContext) => Parser & ParserContract<Request>
  /** The response of a worker. */
  readonly response: (context: PartContext) => Response & ResponseContract<NoInfer<Request>>
  /** The commands of the protocol, over the storage. */
  readonly execute: (
    storage: NoInfer<Storage>,
    context: PartContext,
  ) => Execute<NoInfer<Request>, NoInfer<Response>>
  readonly transport: (context: TransportContext) => Transport
  /** The metrics of all parts. */
  readonly metrics: readonly MetricGroup[]
  /** What a connection over the limit is told before it is closed. */
  readonly refusal?: Buffer
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
