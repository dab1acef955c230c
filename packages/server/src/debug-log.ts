import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  type DestinationStream,
  type Level,
  type Logger,
  destination,
  pino,
  stdTimeFunctions,
} from 'pino'
import { type LogFile, reasonOf } from './log/log-file.ts'

export interface DebugLogOptions {
  readonly name: string
  readonly level: Level
  /** Where lines are appended; the standard error without it. */
  readonly file?: LogFile | undefined
}

/**
 * The log for people who run a server: JSON lines, or plain text on a terminal where `pino-pretty` is
 * installed. Nothing is logged per request. Where lines cannot be written, such as on a full disk, the
 * standard error is told with one line, and the server goes on.
 */
export function debugLog(options: DebugLogOptions): Logger {
  const { file, level, name } = options
  const settings = { name, level, timestamp: stdTimeFunctions.isoTime }
  if (file !== undefined) return pino(settings, intoFile(file, name))
  const pretty = process.stderr.isTTY ? prettyStream() : undefined
  if (pretty !== undefined) return pino(settings, pretty)
  const stream = destination({ dest: process.stderr.fd })
  const log = pino(settings, stream)
  stream.once('error', () => {
    log.level = 'silent'
    stream.on('error', () => {})
  })
  return log
}

/** At once, so that the last lines of a process that dies are there. */
function intoFile(file: LogFile, name: string): DestinationStream {
  let isTroubled = false
  return {
    write: (line) => {
      const bytes = Buffer.from(line)
      try {
        for (let at = 0; at < bytes.length;) {
          const written = writeSync(file.fd, bytes, at)
          at += written
          file.wrote(written)
        }
        isTroubled = false
      } catch (error) {
        if (!isTroubled) {
          process.stderr.write(
            `${name}: the log cannot be written: ${reasonOf(error)}; its lines are lost until it can\n`,
          )
        }
        isTroubled = true
      }
      if (file.isDue) void file.rotate()
    },
  }
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
