import { type EventKind } from './event-kind.ts'
import type { EventRing } from './event-ring.ts'
import { MAX_WATCHERS, type WatchMemory } from './watch-memory.ts'

/** Sends the events of one worker to all who watch them. Where nobody does, it costs a look at one word. */
export class EventPost {
  readonly #memory: WatchMemory
  readonly #rings: readonly EventRing[]
  readonly #now: () => number

  /**
   * @param row the worker's own; it is on one thread
   * @param now milliseconds since 1970
   */
  constructor(memory: WatchMemory, row: number, now: () => number) {
    this.#memory = memory
    this.#rings = Array.from({ length: MAX_WATCHERS }, (_, watcher) => memory.ring(row, watcher))
    this.#now = now
  }

  /** Whether somebody watches one of the kinds that `counts` is of. */
  watches(counts: number): boolean {
    return this.#memory.watches(counts)
  }

  /** `text` is what stands behind time and number. */
  post(kind: EventKind, text: string): void {
    const memory = this.#memory
    const number = memory.nextNumber()
    const line = Buffer.from(
      `ts=${timestamp(this.#now())} gid=${memory.fullNumber(number)} ${text}\n`,
      'latin1',
    )
    for (let watcher = 0; watcher < MAX_WATCHERS; watcher++) {
      if ((memory.kindsOf(watcher) & kind) !== 0) this.#rings[watcher]?.put(kind, number, line)
    }
  }
}

/** Seconds and microseconds. */
function timestamp(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const micros = Math.floor((milliseconds - seconds * 1000) * 1000)
  return `${seconds}.${String(micros).padStart(6, '0')}`
}
