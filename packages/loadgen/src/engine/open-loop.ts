import type { LoadConnection } from './load-connection.ts'
import type { Pace, PacedRun } from './pace.ts'

/**
 * A fixed number of requests per second, whatever the server does. Request n is due at its place in the
 * schedule, and its latency counts from there: where the server stalls, or all connections are full,
 * the requests that had to wait say so (Tene calls leaving them out "coordinated omission").
 *
 * ```text
 *   schedule   |     |     |     |     |     |          one every 1 / rate seconds
 *   sent       |     |      (stall)     |||   |         late ones at once, in order
 *   latency              <----------->                  from the schedule to the reply
 * ```
 *
 * When the time is up, requests that were due and could not be sent are recorded with the time that they
 * have waited, and counted as unsent.
 */
export class OpenLoop implements Pace {
  readonly needsTurns = true
  readonly #run: PacedRun
  readonly #gapMs: number
  #begun = 0
  #end = 0
  /** Number of the next request. */
  #next = 0
  /** Where the next request looks for a connection with room. */
  #turn = 0
  #stopped = false

  constructor(run: PacedRun) {
    this.#run = run
    this.#gapMs = 1000 / run.plan.rate
  }

  begin(now: number): void {
    this.#begun = now
    this.#end = now + this.#run.plan.durationMs
    this.turn(now)
  }

  turn(now: number): void {
    if (this.#stopped) return
    let added = false
    while (this.#nextDue() <= now && this.#nextDue() < this.#end) {
      const connection = this.#withRoom()
      if (connection === undefined) break
      connection.add(this.#nextDue())
      this.#next++
      added = true
    }
    if (added) for (const connection of this.#run.connections) connection.send()
    if (now >= this.#end) this.#stop(now)
  }

  answered(_connection: LoadConnection, now: number): void {
    if (this.#stopped) this.#run.restIfIdle(now)
  }

  writable(): void {}

  #nextDue(): number {
    return this.#begun + this.#next * this.#gapMs
  }

  /** The next connection, in turns, that takes a request; undefined where all are full. */
  #withRoom(): LoadConnection | undefined {
    const { connections } = this.#run
    for (let tries = connections.length; tries > 0; tries--) {
      this.#turn = this.#turn + 1 < connections.length ? this.#turn + 1 : 0
      const connection = connections[this.#turn]!
      if (connection.hasRoom) return connection
    }
    return undefined
  }

  #stop(now: number): void {
    this.#stopped = true
    for (; this.#nextDue() < this.#end; this.#next++) {
      this.#run.recording?.recordUnsent(now - this.#nextDue())
    }
    this.#run.restIfIdle(now)
  }
}
