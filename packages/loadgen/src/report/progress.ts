/**
 * A line that says each second how a load goes.
 *
 * @module
 */
import type { Watcher } from '../compare/comparison.ts'

export interface ProgressOptions {
  readonly write: (text: string) => void
  /** Whether a line can take the place of the last one. */
  readonly onTerminal: boolean
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

const EVERY_MS = 1000
/** Back to the start of the line, and nothing on it. */
const ERASE = '\r\u001B[K'

export class Progress implements Watcher {
  readonly #options: ProgressOptions
  #what = ''
  #requests: () => number = () => 0
  /** At the last line or the start of the stage. */
  #last = 0
  #lastAt = 0
  #timer: NodeJS.Timeout | undefined = undefined

  constructor(options: ProgressOptions) {
    this.#options = options
  }

  readonly stage = (side: string, stage: string, requests: () => number): void => {
    this.#what = `${side}: ${stage}`
    this.#requests = requests
    this.#last = 0
    this.#lastAt = this.#options.now()
    this.#timer ??= setInterval(() => this.tick(), EVERY_MS).unref()
  }

  /** Say how many requests were answered per second since the last line. */
  tick(): void {
    const { now, onTerminal, write } = this.#options
    const [requests, at] = [this.#requests(), now()]
    const rate = (Math.max(0, requests - this.#last) / (at - this.#lastAt)) * 1000
    this.#last = requests
    this.#lastAt = at
    const line = `${this.#what}, ${Math.round(rate)} requests/s`
    write(onTerminal ? `${ERASE}${line}` : `${line}\n`)
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#options.onTerminal) this.#options.write(ERASE)
  }
}
