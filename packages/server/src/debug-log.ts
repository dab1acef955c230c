import { createRequire } from 'node:module'
import { type Level, type Logger, destination, pino, stdTimeFunctions } from 'pino'
import { ServerError } from './errors.ts'

export interface DebugLogOptions {
  readonly name: string
  readonly level: Level
  /** A file that lines are appended to; the standard error without it. */
  readonly file?: string | undefined
}

/**
 * The log for people who run a server: JSON lines, or plain text on a terminal where `pino-pretty` is
 * installed. Nothing is logged per request. A log that cannot be written to, such as on a full disk, is
 * given up with one line on the standard error; the server goes on.
 *
 * @throws ServerError `PELIKAN_LOG_UNAVAILABLE` where the file cannot be opened
 */
export function debugLog(options: DebugLogOptions): Logger {
  const { file, level, name } = options
  const settings = { name, level, timestamp: stdTimeFunctions.isoTime }
  if (file === undefined && process.stderr.isTTY) {
    const pretty = prettyStream()
    if (pretty !== undefined) return pino(settings, pretty)
  }
  const stream = file === undefined ? destination({ dest: process.stderr.fd }) : openFile(file)
  const log = pino(settings, stream)
  stream.once('error', (error: Error) => {
    log.level = 'silent'
    process.stderr.write(`${name}: the log is given up: ${error.message}\n`)
    stream.on('error', () => {})
  })
  return log
}

function openFile(file: string): ReturnType<typeof destination> {
  try {
    return destination({ dest: file, sync: true })
  } catch (error) {
    throw new ServerError(
      'PELIKAN_LOG_UNAVAILABLE',
      `cannot write the log ${file}: ${reason(error)}`,
      {
        cause: error,
      },
    )
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'the system does not allow it',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such directory',
  ENOTDIR: 'there is no such directory',
  EROFS: 'the file system is read-only',
}

function reason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return REASONS[code] ?? message
}

/** `pino-pretty` is an optional peer and costs start-up time, so it is loaded for terminals only. */
function prettyStream(): NodeJS.WritableStream | undefined {
  try {
    const pretty: unknown = createRequire(import.meta.url)('pino-pretty')
    if (typeof pretty !== 'function') return undefined
    return pretty({ destination: process.stderr.fd, sync: true, ignore: 'pid,hostname' })
  } catch {
    return undefined
  }
}
