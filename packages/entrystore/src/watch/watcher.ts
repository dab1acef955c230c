import type { Output } from '@pelikan/buffer'
import type { AnswerSource } from '@pelikan/core'
import type { EventRing } from './event-ring.ts'
import type { WatchMemory } from './watch-memory.ts'

/** A piece of the answer ends behind this many bytes. */
const PIECE_BYTES = 16_384

/**
 * The answer to `watch`: lines as they come, in the order of their numbers as far as they are there, until
 * the client leaves. `skipped=N` stands where N lines found no room, because the client read too slowly.
 */
export class Watcher implements AnswerSource {
  readonly isEndless = true
  isIdle = false
  readonly #memory: WatchMemory
  readonly #watcher: number
  readonly #kinds: number
  readonly #rings: readonly EventRing[]

  /** @param watcher what {@link WatchMemory.join} gave for `kinds` */
  constructor(memory: WatchMemory, watcher: number, kinds: number) {
    this.#memory = memory
    this.#watcher = watcher
    this.#kinds = kinds
    this.#rings = Array.from({ length: memory.rows }, (_, row) => memory.ring(row, watcher))
  }

  write(output: Output): boolean {
    const enough = output.length + PIECE_BYTES
    let ring = this.#first()
    while (ring !== undefined && output.length < enough) {
      if (ring.skipped > 0) {
        const line = Buffer.from(`skipped=${ring.skipped}\n`)
        output.write(line, 0, line.length)
      }
      // One that was under way to whoever watched before may be of a kind that is not wanted.
      if ((ring.kind & this.#kinds) !== 0) ring.write(output)
      ring.take()
      ring = this.#first()
    }
    this.isIdle = ring === undefined
    return true
  }

  end(): void {
    this.#memory.leave(this.#watcher)
  }

  /** The ring whose next line is the oldest. */
  #first(): EventRing | undefined {
    let first: EventRing | undefined
    for (const ring of this.#rings) {
      if (!ring.next()) continue
      if (first === undefined || ((ring.number - first.number) | 0) < 0) first = ring
    }
    return first
  }
}
