import type { LoadConnection } from './load-connection.ts'
import type { Pace, PacedRun } from './pace.ts'

/**
 * As many requests as the server answers: each connection sends a batch, waits for all of its replies and
 * sends the next one. A request is due when its batch is written.
 */
export class ClosedLoop implements Pace {
  readonly needsTurns = false
  readonly #run: PacedRun
  #end = Infinity
  /** Whether the time is up or the source is at its end. */
  #stopped = false

  constructor(run: PacedRun) {
    this.#run = run
  }

  begin(now: number): void {
    this.#end = now + this.#run.plan.durationMs
    for (const connection of this.#run.connections) this.#sendBatch(connection, now)
    if (this.#stopped) this.#run.restIfIdle(now)
  }

  answered(connection: LoadConnection, now: number): void {
    if (now >= this.#end && !this.#stopped) {
      this.#stopped = true
      this.#run.endMeasuring(now)
    }
    if (connection.inFlight > 0) return
    if (!this.#stopped) this.#sendBatch(connection, now)
    if (this.#stopped && connection.inFlight === 0) this.#run.restIfIdle(now)
  }

  writable(connection: LoadConnection): void {
    if (!this.#stopped) this.#sendBatch(connection, this.#run.plan.now())
  }

  turn(): void {}

  #sendBatch(connection: LoadConnection, now: number): void {
    while (connection.hasRoom && !this.#stopped) {
      while (connection.hasRoom && !this.#stopped) {
        if (!connection.add(now)) this.#stopped = true
      }
      connection.send()
    }
  }
}
