/**
 * The command log, on the side of the main thread: takes what waits in the queues of all workers to the file,
 * at an interval and when it closes. Lines of one worker are in their order; workers take turns.
 *
 * ```text
 *   worker 1 ── queue ──┐
 *   worker 2 ── queue ──┴──► drain ──► file ──► older files
 *                              └─ what the file does not take is counted, and said once
 * ```
 *
 * Bytes are written from the queues where they lie, in the background: while the disk is slow the queues fill,
 * and workers drop lines.
 *
 * @module
 */
import { write as writeBytes } from 'node:fs'
import { promisify } from 'node:util'
import { LF } from '@pelikan/buffer'
import type { BoundMetrics } from '@pelikan/metrics'
import type { Logger } from 'pino'
import type { commandLogMetrics } from './command-log.ts'
import { LineQueue } from './line-queue.ts'
import { type LogFile, reasonOf } from './log-file.ts'

const write = promisify(writeBytes)
const LINE_END = Buffer.from('\n')

export interface CommandLogWriterOptions {
  readonly file: LogFile
  /** What the part of the workers shares. */
  readonly queues: readonly SharedArrayBuffer[]
  readonly counted: BoundMetrics<typeof commandLogMetrics>
  readonly intervalMs: number
  /** Is told when the file takes no more, and when it does again. */
  readonly log: Pick<Logger, 'error' | 'info'>
}

export class CommandLogWriter {
  readonly #options: CommandLogWriterOptions
  readonly #queues: readonly LineQueue[]
  readonly #timer: NodeJS.Timeout
  /** What is under way, and what was asked for meanwhile. */
  #work: Promise<void> = Promise.resolve()
  #isDraining = false
  #closed: Promise<void> | undefined = undefined
  /** The file has refused bytes, and was said to; since then so many lines are lost. */
  #isTroubled = false
  #lost = 0
  /** The file ends within a line. Between two queues that is one whose rest is lost. */
  #isTorn = false

  constructor(options: CommandLogWriterOptions) {
    this.#options = options
    this.#queues = options.queues.map((memory) => new LineQueue(memory))
    this.#timer = setInterval(() => {
      // A disk that is slow is not asked for more.
      if (!this.#isDraining) void this.drain()
    }, options.intervalMs)
    this.#timer.unref()
  }

  /** Write what waits now. */
  drain(): Promise<void> {
    this.#isDraining = true
    return this.#then(() => this.#drain())
  }

  /** Go on in the file that has the name now. */
  reopen(): Promise<void> {
    return this.#then(() => {
      if (this.#closed === undefined) this.#options.file.reopen()
    })
  }

  /** Write what waits, and close the file. Calling it again waits for the same. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer)
    await this.drain()
    await this.#options.file.close()
  }

  #then(step: () => Promise<void> | void): Promise<void> {
    this.#work = this.#work.then(step)
    return this.#work
  }

  async #drain(): Promise<void> {
    const { file } = this.#options
    for (const queue of this.#queues) {
      await this.#empty(queue)
      if (file.isDue) await file.rotate()
    }
    this.#isDraining = false
  }

  /** Write whole lines. Where a run fails, its last line goes on in the next run: that one is lost, too. */
  async #empty(queue: LineQueue): Promise<void> {
    const runs = queue.waiting()
    if (runs.length === 0) return
    let isTaken = !this.#isTorn || (await this.#append(LINE_END)) > 0
    for (const run of runs) {
      const written = isTaken ? await this.#append(run) : 0
      isTaken &&= written === run.length
      this.#count(linesIn(run, 0, written), linesIn(run, written, run.length))
      queue.taken(run.length)
    }
    if (isTaken && this.#isTroubled) this.#recover()
  }

  /** @returns how many bytes of `run` the file took */
  async #append(run: Buffer): Promise<number> {
    const { file } = this.#options
    let at = 0
    try {
      while (at < run.length) {
        const { bytesWritten } = await write(file.fd, run, at, run.length - at)
        at += bytesWritten
        file.wrote(bytesWritten)
      }
    } catch (error) {
      this.#fail(error)
    }
    if (at > 0) this.#isTorn = run[at - 1] !== LF
    return at
  }

  #count(logged: number, lost: number): void {
    const { counted } = this.#options
    counted.logged.add(logged)
    counted.lost.add(lost)
    this.#lost += lost
  }

  #recover(): void {
    this.#options.log.info(`the command log is written again; ${this.#lost} lines of it are lost`)
    this.#isTroubled = false
    this.#lost = 0
  }

  #fail(error: unknown): void {
    if (this.#isTroubled) return
    this.#isTroubled = true
    this.#options.log.error(
      `the command log cannot be written: ${reasonOf(error)}; its lines are lost and counted until it can`,
    )
  }
}

/** Lines that end in `bytes[start, end)`. */
function linesIn(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) if (bytes[i] === LF) count++
  return count
}
