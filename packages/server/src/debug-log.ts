import { createRequire } from 'node:module'
import { type Level, type Logger, destination, pino, stdTimeFunctions } from 'pino'

export interface DebugLogOptions {
  readonly name: string
  readonly level: Level
  /** A file that lines are appended to; the standard error without it. */
  readonly file?: string | undefined
}

/**
 * The log for people who run a server: JSON lines, or plain text on a terminal where `pino-pretty` is
 * installed. Nothing is logged per request.
 */
export function debugLog(options: DebugLogOptions): Logger {
  const { file, level, name } = options
  const settings = { name, level, timestamp: stdTimeFunctions.isoTime }
  if (file === undefined && process.stderr.isTTY) {
    const pretty = prettyStream()
    if (pretty !== undefined) return pino(settings, pretty)
  }
  return pino(settings, destination({ dest: file ?? process.stderr.fd, sync: true, mkdir: true }))
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
