/**
 * A file that lines are appended to, which is exchanged for a fresh one when it is full or its time is over,
 * and opened again when somebody else has moved it away.
 *
 * Whoever writes does so by {@link LogFile.fd} and says how much; so one writes at once and another one in the
 * background, and both have the same files.
 *
 * @module
 */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { ServerError } from '../errors.ts'
import { compressOld, retire } from './old-files.ts'

/** How often a log begins a new file, by UTC, whatever its size. */
export type RotationInterval = 'none' | 'minutely' | 'hourly' | 'daily'

const INTERVAL_MS: Readonly<Record<RotationInterval, number>> = {
  none: Infinity,
  minutely: 60_000,
  hourly: 3_600_000,
  daily: 86_400_000,
}

export interface LogFileOptions {
  readonly path: string
  /** Bytes from which on a fresh file is begun. */
  readonly maxBytes: number
  /** Never by time without it. */
  readonly interval?: RotationInterval
  /** How many old files are kept, compressed. */
  readonly keepFiles: number
  /** Milliseconds since 1970; the machine's time without it. */
  readonly now?: () => number
  /** Is told, in words, what the file system refused while the log goes on. */
  readonly troubled: (trouble: string) => void
}

export class LogFile {
  readonly #options: LogFileOptions
  readonly #intervalMs: number
  readonly #now: () => number
  readonly #abort = new AbortController()
  #fd: number
  /** Bytes in the file. */
  #size = 0
  /** Of a file that can be moved away, when it is to be; no device ever is. */
  #limit = Infinity
  /** The interval that the file belongs to. */
  #interval = 0
  /** Until old files are compressed. */
  #rotating: Promise<void> | undefined = undefined

  /** @throws ServerError `PELIKAN_LOG_UNAVAILABLE` where it cannot be opened */
  constructor(options: LogFileOptions) {
    const { interval = 'none', now = Date.now, path } = options
    this.#options = options
    this.#intervalMs = INTERVAL_MS[interval]
    this.#now = now
    try {
      this.#fd = openSync(path, 'a')
    } catch (error) {
      const message = `cannot write the log ${path}: ${reasonOf(error)}`
      throw new ServerError('PELIKAN_LOG_UNAVAILABLE', message, { cause: error })
    }
    this.#measure()
  }

  /** Where to write, until the next {@link LogFile.rotate} or {@link LogFile.reopen}. */
  get fd(): number {
    return this.#fd
  }

  /** `count` bytes more are in the file. */
  wrote(count: number): void {
    this.#size += count
  }

  /** Whether a fresh file is to be begun. It waits while an old one is still being compressed. */
  get isDue(): boolean {
    if (this.#size === 0 || this.#limit === Infinity || this.#rotating !== undefined) return false
    return this.#size >= this.#limit || this.#intervalAt(this.#now()) !== this.#interval
  }

  /**
   * Begin a fresh file; compressing the old one goes on afterwards. Meanwhile {@link LogFile.fd} is the old
   * one and may be written to.
   */
  async rotate(): Promise<void> {
    const exchanged = this.#exchange()
    this.#rotating = exchanged
      .then(() => this.#compress())
      .finally(() => {
        this.#rotating = undefined
      })
    await exchanged
  }

  /** Go on in the file that has the name now, which may be a new one. */
  reopen(): void {
    const { path, troubled } = this.#options
    try {
      const fresh = openSync(path, 'a')
      closeSync(this.#fd)
      this.#fd = fresh
    } catch (error) {
      troubled(`the log ${path} cannot be opened again: ${reasonOf(error)}`)
    }
    this.#measure()
  }

  /** When no old file is being compressed. */
  async settled(): Promise<void> {
    await this.#rotating
  }

  /** Nothing more is written. An old file that is being compressed stays as it was. */
  async close(): Promise<void> {
    this.#abort.abort()
    await this.#rotating
    closeSync(this.#fd)
  }

  async #exchange(): Promise<void> {
    const { keepFiles, maxBytes, path, troubled } = this.#options
    try {
      await retire(path, keepFiles)
      this.reopen()
    } catch (error) {
      troubled(`the log ${path} cannot be put aside: ${reasonOf(error)}`)
      // Not with every line again.
      this.#limit = this.#size + maxBytes
      this.#interval = this.#intervalAt(this.#now())
    }
  }

  async #compress(): Promise<void> {
    const { keepFiles, path, troubled } = this.#options
    const { signal } = this.#abort
    try {
      await compressOld(path, keepFiles, signal)
    } catch (error) {
      if (!signal.aborted) troubled(`old logs of ${path} stay as they are: ${reasonOf(error)}`)
    }
  }

  #measure(): void {
    const stats = fstatSync(this.#fd)
    this.#size = stats.size
    this.#limit = stats.isFile() ? this.#options.maxBytes : Infinity
    this.#interval = this.#intervalAt(stats.size === 0 ? this.#now() : stats.mtimeMs)
  }

  #intervalAt(ms: number): number {
    return Math.floor(ms / this.#intervalMs)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'the system does not allow it',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such directory',
  ENOTDIR: 'there is no such directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

/** What an error of the file system means. */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return REASONS[code] ?? message
}
