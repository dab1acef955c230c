/**
 * The two logs of a program, from its settings: the debug log, and the log of commands where it has a file.
 * Files are opened before the server starts, so that one that cannot be is a reason not to.
 *
 * @module
 */
import type { Level, Logger } from 'pino'
import { debugLog } from '../debug-log.ts'
import type { Process } from '../process.ts'
import { COMMAND_LOG, commandLogMetrics } from './command-log.ts'
import { CommandLogWriter } from './command-log-writer.ts'
import { LogFile, type RotationInterval } from './log-file.ts'

export interface LogConfig {
  readonly debug: {
    readonly logLevel: Level
    /** The standard error without it. */
    readonly logFile?: string | undefined
    readonly logRotationInterval: RotationInterval
    readonly logMaxSizeBytes: number
    readonly logMaxKeepFiles: number
  }
  readonly klog: {
    /** No commands are logged without it. */
    readonly file?: string | undefined
    readonly maxSizeBytes: number
    readonly maxKeepFiles: number
    readonly intervalMs: number
  }
}

export class ProgramLogs {
  /** The debug log. */
  readonly debug: Logger
  readonly #debugFile: LogFile | undefined
  readonly #commandFile: LogFile | undefined
  readonly #intervalMs: number
  #commands: CommandLogWriter | undefined = undefined

  /** @throws ServerError `PELIKAN_LOG_UNAVAILABLE` where a file cannot be opened */
  constructor(name: string, { debug, klog }: LogConfig) {
    const { logFile, logLevel } = debug
    if (logFile !== undefined) {
      this.#debugFile = new LogFile({
        path: logFile,
        maxBytes: debug.logMaxSizeBytes,
        interval: debug.logRotationInterval,
        keepFiles: debug.logMaxKeepFiles,
        troubled: (trouble) => process.stderr.write(`${name}: ${trouble}\n`),
      })
    }
    this.debug = debugLog({ name, level: logLevel, file: this.#debugFile })
    if (klog.file !== undefined) {
      this.#commandFile = new LogFile({
        path: klog.file,
        maxBytes: klog.maxSizeBytes,
        keepFiles: klog.maxKeepFiles,
        troubled: (trouble) => this.debug.error(trouble),
      })
    }
    this.#intervalMs = klog.intervalMs
  }

  /** Whether there is a file that {@link ProgramLogs.reopen} opens again. */
  get hasFiles(): boolean {
    return this.#debugFile !== undefined || this.#commandFile !== undefined
  }

  /** Write what `server` logs of commands, until {@link ProgramLogs.close}. */
  follow(server: Process): void {
    const queues = server.observed(COMMAND_LOG)
    if (this.#commandFile === undefined || queues === undefined) return
    this.#commands = new CommandLogWriter({
      file: this.#commandFile,
      queues: queues as readonly SharedArrayBuffer[],
      counted: server.metrics.bind(commandLogMetrics),
      intervalMs: this.#intervalMs,
      log: this.debug,
    })
  }

  /** Go on in the files that have the names now: somebody has moved the others away. */
  reopen(): void {
    this.#debugFile?.reopen()
    void this.#commands?.reopen()
  }

  /** Write what waits. The debug log has nothing that waits, and stays open. */
  async close(): Promise<void> {
    await this.#commands?.close()
  }
}
