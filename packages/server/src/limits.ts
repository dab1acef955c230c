/**
 * What protects a worker from its clients. Every limit has a default that suits production; none can
 * be switched off except the two timeouts.
 *
 * @module
 */
import { MemoryBudget } from '@pelikan/buffer'
import { TICKS_PER_SECOND } from '@pelikan/core'

export interface Limits {
  /** Connections at once; one more is told so and closed. Against running out of descriptors. */
  readonly maxConnections: number
  /** Silence after which a connection is closed; 0 for never. Against leaked connections. */
  readonly idleTimeoutMs: number
  /** Time that a request may stay incomplete; 0 for ever. Against clients that send a byte at a time. */
  readonly requestTimeoutMs: number
  /** Requests of one session before the others have their turn. Against endless pipelines. */
  readonly maxRequestsPerTurn: number
  /** Bytes of answers after which a session sends before it goes on. Against clients that do not read. */
  readonly outputHighWaterBytes: number
  /** Bytes for the input and output of all sessions together; at the limit, the session that has waited longest for its client is closed. */
  readonly sessionMemoryBytes: number
}

const KIB = 1024
const MIB = 1024 * KIB

export const DEFAULT_LIMITS: Limits = {
  maxConnections: 1024,
  idleTimeoutMs: 0,
  requestTimeoutMs: 60_000,
  maxRequestsPerTurn: 512,
  outputHighWaterBytes: 256 * KIB,
  sessionMemoryBytes: 48 * MIB,
}

/** First capacity of a session's input; most requests that are cut fit. */
export const INPUT_INITIAL_BYTES: number = 2 * KIB

/**
 * Most that a session keeps of what it received. A parser leaves less (the longest line that it takes,
 * or a short body), and a receive buffer may lie behind that when the session waits.
 */
export const INPUT_LIMIT_BYTES: number = 4 * MIB

/** Limits in the units that sessions count in. */
export class SessionLimits {
  readonly maxConnections: number
  readonly maxRequestsPerTurn: number
  readonly outputHighWaterBytes: number
  /** 0 for never. */
  readonly idleTicks: number
  /** 0 for ever. */
  readonly requestTicks: number
  readonly budget: MemoryBudget

  constructor(limits: Limits) {
    this.maxConnections = limits.maxConnections
    this.maxRequestsPerTurn = limits.maxRequestsPerTurn
    this.outputHighWaterBytes = limits.outputHighWaterBytes
    this.idleTicks = ticks(limits.idleTimeoutMs)
    this.requestTicks = ticks(limits.requestTimeoutMs)
    this.budget = new MemoryBudget(limits.sessionMemoryBytes)
  }
}

/** Timeouts are watched once a second, so they are rounded up. */
function ticks(milliseconds: number): number {
  return Math.ceil((milliseconds * TICKS_PER_SECOND) / 1000)
}
