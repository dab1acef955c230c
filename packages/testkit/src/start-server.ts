/**
 * A server as a child process, for tests and benches that speak to it over its socket.
 *
 * Whoever starts one may be killed before it can clean up. So next to each server a shell waits for the
 * end of a pipe that only the starter holds; the kernel closes it however the starter ends, and the shell
 * then kills the server.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PelikanError } from '@pelikan/core'

/** Codes of this module's errors. */
export type StartErrorCode = 'PELIKAN_SERVER_DID_NOT_START' | 'PELIKAN_NO_FREE_PORT'

/** A server did not come up; the message carries everything that it printed. */
export class StartError extends PelikanError<StartErrorCode> {}

export interface ServerCommand {
  readonly command: string
  /** Arguments; the port to listen at is told to a function. */
  readonly args: readonly string[] | ((port: number) => readonly string[])
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Where it will listen. Default: a port that is free. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** What it prints once it listens. Without it, it is ready when its port accepts a connection. */
  readonly ready?: RegExp
  /** Default: 10 000. */
  readonly startTimeoutMs?: number
}

/** How a process ended: by itself, with a code, or by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningServer {
  readonly host: string
  readonly port: number
  readonly pid: number
  /** What it has printed so far, both streams in the order of arrival. */
  readonly output: () => string
  /** Settles when it has ended, whoever ended it. */
  readonly ended: Promise<Exit>
  /**
   * Send `signal` (default: SIGTERM) and wait for the end. A server that ignores it for 10 s is killed,
   * which the returned `signal` then says.
   */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Exit>
}

const START_TIMEOUT_MS = 10_000
const STOP_TIMEOUT_MS = 10_000
const PROBE_INTERVAL_MS = 10

/** Below the ports that Linux and macOS give to outgoing connections, which would race for a free one. */
const FIRST_PORT = 20_000
const PORTS = 12_000

/**
 * Start a server and wait until it is ready.
 *
 * @throws StartError `PELIKAN_SERVER_DID_NOT_START` when it ends or stays silent instead
 */
export async function startServer(options: ServerCommand): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1'
  const port = options.port ?? (await freePort(host))
  const args = typeof options.args === 'function' ? options.args(port) : options.args
  const child = spawn(options.command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  const ended = exitOf(child)
  if (child.pid !== undefined) outlive(child.pid, ended)

  let output = ''
  const collect = (chunk: string): void => {
    output += chunk
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  child.once('error', (error) => collect(`${error.message}\n`))

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> => {
    child.kill(signal)
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    const exit = await ended
    clearTimeout(patience)
    return exit
  }

  const timeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS
  const isReady =
    options.ready === undefined
      ? () => accepts(host, port)
      : () => Promise.resolve(options.ready?.test(output))
  const problem = await waitUntil(isReady, ended, timeoutMs)
  if (problem !== undefined) {
    await stop('SIGKILL')
    throw new StartError(
      'PELIKAN_SERVER_DID_NOT_START',
      `${[options.command, ...args].join(' ')}: ${problem}. It printed:\n${output || '(nothing)'}`,
    )
  }
  return { host, port, pid: child.pid as number, output: () => output, ended, stop }
}

/**
 * A port at `host` that nobody listens at. Nothing reserves it: use it soon.
 *
 * @throws StartError `PELIKAN_NO_FREE_PORT`
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    if (await canListen(host, port)) return port
  }
  throw new StartError('PELIKAN_NO_FREE_PORT', `no free port at ${host}`)
}

/** Resolves with what went wrong, or with `undefined` as soon as `isReady`. */
async function waitUntil(
  isReady: () => Promise<boolean | undefined>,
  ended: Promise<Exit>,
  timeoutMs: number,
): Promise<string | undefined> {
  let exit: Exit | undefined
  void ended.then((how) => (exit = how))
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const ready = await isReady()
    // In this order: another process may accept connections at the port that this one could not get.
    if (exit !== undefined) return `ended with ${exit.signal ?? `code ${exit.code}`}`
    if (ready) return undefined
    await sleep(PROBE_INTERVAL_MS)
  }
  return `was not ready after ${timeoutMs} ms`
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    // `close` follows `exit` once everything that was printed has been read.
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

/** Kill the process when this one ends before it. */
function outlive(pid: number, ended: Promise<Exit>): void {
  // Detached: Ctrl-C in a terminal, which reaches the whole group, must not end the shell first.
  const guard = spawn('sh', ['-c', 'read -r _; kill -KILL "$0" 2>/dev/null', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // Neither keeps this process from ending.
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  void ended.then(() => guard.kill('SIGKILL'))
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ host, port })
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
