/**
 * One phase of a load on one thread: opens the connections, keeps them busy as its pace says, and ends
 * when the time is up and every reply has come. It owns no timer; whoever made it calls {@link LoadRun.turn}
 * and {@link LoadRun.checkSilence}.
 *
 * @module
 */
import { LoadError } from '../errors.ts'
import type { Recording } from '../measure/recording.ts'
import type { Counts } from '../protocol/codec.ts'
import type { Target } from './client-transport.ts'
import { ClosedLoop } from './closed-loop.ts'
import { type ConnectionOwner, LoadConnection } from './load-connection.ts'
import type { LoadPlan } from './load-plan.ts'
import { OpenLoop } from './open-loop.ts'
import type { Pace, PacedRun } from './pace.ts'

export interface LoadEvents {
  /** Every connection is open. */
  readonly ready: () => void
  /** What is counted has been recorded; it took `seconds`. */
  readonly measured: (seconds: number) => void
  /** Every reply has come, all connections are closed. */
  readonly rested: () => void
  /** The run has ended early; all connections are closed. */
  readonly failed: (error: LoadError) => void
}

/** A server that answers nothing for so long, while requests are in flight, ends the run. */
export const SILENCE_MS = 10_000
/** Connections that open at once: fewer than a server's backlog. */
const OPENING = 64

export class LoadRun implements ConnectionOwner, PacedRun {
  readonly plan: LoadPlan
  readonly connections: LoadConnection[] = []
  readonly #events: LoadEvents
  readonly #pace: Pace
  readonly #lastCounts: Counts
  #open = 0
  #begun = 0
  #heard = 0
  #measured = false
  #over = false

  constructor(plan: LoadPlan, events: LoadEvents) {
    this.plan = plan
    this.#events = events
    this.#pace = plan.rate > 0 ? new OpenLoop(this) : new ClosedLoop(this)
    this.#lastCounts = { ...plan.codec.counts }
    this.#heard = plan.now()
    for (let i = 0; i < Math.min(OPENING, plan.connections); i++) this.#connect()
  }

  get needsTurns(): boolean {
    return this.#pace.needsTurns
  }

  /** Whether nothing happens any more. */
  get over(): boolean {
    return this.#over
  }

  /** Where latencies go; undefined where they do not count any more. */
  get recording(): Recording | undefined {
    return this.#measured ? undefined : this.plan.recording
  }

  /** Start sending; every connection has to be open. */
  begin(): void {
    const now = this.plan.now()
    this.#begun = now
    this.#heard = now
    this.#pace.begin(now)
  }

  turn(): void {
    if (!this.#over) this.#pace.turn(this.plan.now())
  }

  /** Fail where the server has said nothing for {@link SILENCE_MS}. */
  checkSilence(): void {
    const waiting = this.#open < this.plan.connections || this.connections.some((c) => c.inFlight)
    if (this.#over || !waiting || this.plan.now() - this.#heard < SILENCE_MS) return
    const silence = `the server has said nothing for ${SILENCE_MS / 1000} s`
    this.fail(new LoadError('PELIKAN_LOAD_SILENT', silence))
  }

  /** What is counted ends here; what is still in flight is only checked. */
  endMeasuring(now: number): void {
    this.#count()
    this.#measured = true
    this.#events.measured((now - this.#begun) / 1000)
  }

  /** Close all connections if none has anything in flight. */
  restIfIdle(now: number): void {
    if (this.connections.some((connection) => connection.inFlight > 0)) return
    if (!this.#measured) this.endMeasuring(now)
    this.#close()
    this.#events.rested()
  }

  fail(error: LoadError): void {
    if (this.#over) return
    this.#close()
    this.#events.failed(error)
  }

  opened(): void {
    this.#open++
    this.#heard = this.plan.now()
    if (this.connections.length < this.plan.connections) this.#connect()
    else if (this.#open === this.plan.connections) this.#events.ready()
  }

  answered(connection: LoadConnection, now: number): void {
    this.#heard = now
    if (!this.#measured) this.#count()
    this.#pace.answered(connection, now)
  }

  writable(connection: LoadConnection): void {
    this.#pace.writable(connection)
  }

  /** A connection was closed by the server or by an error. */
  lost(cause: Error | undefined): void {
    const opening = this.#open < this.plan.connections
    const code = opening ? 'PELIKAN_LOAD_UNREACHABLE' : 'PELIKAN_LOAD_DISCONNECTED'
    const what = opening
      ? `cannot connect to ${showTarget(this.plan.target)}`
      : 'a connection ended'
    const why = cause?.message ?? 'the server closed it'
    this.fail(new LoadError(code, `${what}: ${why}`, { cause }))
  }

  #connect(): void {
    const { connections } = this
    const { firstConnection, target } = this.plan
    connections.push(new LoadConnection(this, firstConnection + connections.length, target))
  }

  #count(): void {
    const { codec, recording } = this.plan
    const last = this.#lastCounts
    recording.count(codec.counts, last)
    last.keys = codec.counts.keys
    last.misses = codec.counts.misses
    last.refused = codec.counts.refused
  }

  #close(): void {
    this.#over = true
    for (const connection of this.connections) connection.close()
  }
}

/** `127.0.0.1:11211`, or the path of a Unix socket. */
export function showTarget(target: Target): string {
  if ('path' in target) return target.path
  return target.host.includes(':')
    ? `[${target.host}]:${target.port}`
    : `${target.host}:${target.port}`
}
