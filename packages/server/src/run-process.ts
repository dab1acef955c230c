/**
 * A process in the foreground: what a bundled server's `main` does once its parts are chosen. It prints
 * where the server listens and how to stop it, drains on a signal, and prints what was done.
 *
 * @module
 */
import type { ListenAddress } from '@pelikan/core'
import type { Logger } from 'pino'
import { serverMetrics } from './metrics.ts'
import type { Process } from './process.ts'
import { onStopSignals } from './stop-signals.ts'

export interface RunOptions {
  /** Where it says what happens; nowhere without it. */
  readonly log?: Logger
  /** Lines for whoever started the server, printed once it listens. */
  readonly banner: (addresses: readonly ListenAddress[]) => readonly string[]
  /** What is to be done once the server has stopped, before the end. */
  readonly stopped?: () => Promise<void>
}

/**
 * Run `server` until a signal stops it; exits the process of Node.js with 0, with 1 where it cannot
 * start or a worker dies, or with 128 and the number of a second signal.
 */
export async function runProcess(server: Process, options: RunOptions): Promise<void> {
  const { banner, log, stopped } = options
  const started = performance.now()
  // Whoever read what is printed may have gone; the server has not.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  if (log?.isLevelEnabled('debug') === true) {
    server.events.on('connection', (id) => log.debug({ connection: id }, 'connected'))
  }
  server.events.on('died', (error) => {
    process.stderr.write(`${server.name}: ${error.message}\n${trace(error.cause)}`)
    process.exit(1)
  })
  onStopSignals(process, {
    drain: (signal) => {
      log?.debug({ signal, connections: server.connections }, 'draining')
      void drain(server, started, stopped)
    },
    abort: (signal, exitCode) => {
      print(`${server.name}: ${signal} again, stopped at once`)
      process.exit(exitCode)
    },
  })
  try {
    await server.listening
  } catch (error) {
    process.stderr.write(`${server.name}: ${message(error)}\n`)
    process.exit(1)
  }
  server.events.on('error', (error) => log?.error(error, 'a session failed and was closed'))
  log?.debug({ addresses: server.addresses }, 'listening')
  for (const line of banner(server.addresses)) print(line)
}

async function drain(
  server: Process,
  started: number,
  stopped: RunOptions['stopped'],
): Promise<void> {
  await server.stop()
  await stopped?.()
  print(summary(server, (performance.now() - started) / 1000))
  process.exit(0)
}

function summary(server: Process, seconds: number): string {
  const requests = server.metrics.read(serverMetrics.requests)
  const sessions = server.metrics.read(serverMetrics.opened)
  return (
    `${server.name}: stopped after ${seconds.toFixed(1)} s, ` +
    `${counted(sessions, 'connection')}, ${counted(requests, 'request')}`
  )
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** Where it happened, for whoever mends it. */
function trace(cause: unknown): string {
  return cause instanceof Error && cause.stack !== undefined ? `${cause.stack}\n` : ''
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
