/**
 * A server under load, in a process of its own on a free port of 127.0.0.1, which is ended however this
 * process ends.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LoadError } from '../errors.ts'
import type { LoadTarget } from '../measure/measure-load.ts'
import { type CpuTime, groupCpuTime } from '../measure/process-usage.ts'
import type { Probe } from '../protocol/codec.ts'
import { endWithThis } from './end-with-this.ts'

const HOST = '127.0.0.1'
const READY_MS = 15_000
const RETRY_MS = 5
const STOP_MS = 5000
const KEPT_OUTPUT = 4096
const running = new Set<ServerProcess>()

export interface ServerOptions {
  /** Words parted by blanks, or in quotes; `{port}` becomes the port, a first word `node` this Node.js. */
  readonly command: string
  /** What shows that it answers. */
  readonly probe: Probe
  /** Folder that it starts in. Default: that of this process. */
  readonly cwd?: string
  /** Hears what it prints, on standard output and standard error, as it comes. */
  readonly printed?: (text: string) => void
}

export class ServerProcess implements LoadTarget {
  readonly target: { readonly host: string; readonly port: number }
  readonly pid: number
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number
  /** Settles when it has ended, with how: such as `ended with code 1`. */
  readonly ended: Promise<string>

  private constructor(child: ChildProcess, pid: number, port: number, startMs: number) {
    this.pid = pid
    this.target = { host: HOST, port }
    this.startMs = startMs
    running.add(this)
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        running.delete(this)
        resolve(`ended with ${signal ?? `code ${code}`}`)
      })
    })
  }

  /**
   * @throws LoadError `PELIKAN_LOAD_SERVER_FAILED` where it ends or does not answer, with what it printed;
   *   `PELIKAN_LOAD_INVALID_OPTION` where there is no word in the command
   */
  static async start({ command, cwd, printed, probe }: ServerOptions): Promise<ServerProcess> {
    const port = await freePort()
    const [program = '', ...rest] = splitCommand(command.replaceAll('{port}', String(port)))
    if (program === '') {
      throw new LoadError('PELIKAN_LOAD_INVALID_OPTION', `"${command}" is no command of a server`)
    }
    const began = performance.now()
    const child = spawn(program === 'node' ? process.execPath : program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C is ours to handle, and what it starts ends with it.
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
    })
    let said = ''
    const listen = (bytes: Buffer): void => {
      const text = bytes.toString()
      said = (said + text).slice(-KEPT_OUTPUT)
      printed?.(text)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    let ended: string | undefined
    child.once('error', (error: NodeJS.ErrnoException) => {
      ended = error.code === 'ENOENT' ? `there is no program "${program}"` : error.message
    })
    child.once('exit', (code, signal) => (ended ??= `it ended with ${signal ?? `code ${code}`}`))
    const { pid } = child
    endWithThis(child)
    for (;;) {
      const answered = await answers(port, probe)
      const late = performance.now() - began > READY_MS
      // In this order: somebody else may answer at a port that this one could not get.
      if (pid === undefined || ended !== undefined || (late && !answered)) {
        killGroup(pid, 'SIGKILL')
        const why = ended ?? `nothing after ${READY_MS / 1000} s`
        const output = said === '' ? '' : `\n${said.trimEnd()}`
        const message = `"${command}" does not answer at port ${port}: ${why}${output}`
        throw new LoadError('PELIKAN_LOAD_SERVER_FAILED', message)
      }
      if (answered) return new ServerProcess(child, pid, port, performance.now() - began)
      await sleep(RETRY_MS)
    }
  }

  /** CPU time of the server and of everything that it started. */
  readonly cpuTime = (): CpuTime => groupCpuTime(this.pid)

  /** End it the way an operator does, and by force where that takes more than 5 s. */
  async stop(): Promise<void> {
    if (running.has(this)) {
      killGroup(this.pid, 'SIGTERM')
      const force = setTimeout(() => killGroup(this.pid, 'SIGKILL'), STOP_MS)
      await this.ended
      clearTimeout(force)
    }
    // What it has started and left behind.
    killGroup(this.pid, 'SIGKILL')
  }
}

/** Stop every server that was started and runs, for a program that was told to end. */
export async function stopServers(): Promise<void> {
  await Promise.all(Array.from(running, (server) => server.stop()))
}

/** Words of a command line; quotes of either kind keep blanks. */
export function splitCommand(command: string): string[] {
  return Array.from(
    command.matchAll(/"([^"]*)"|'([^']*)'|[^\s"']+/gu),
    ([word, double, single]) => double ?? single ?? word,
  )
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // There is nothing left of it.
  }
}

/** Ask once; false where nobody listens or the answer is another one. */
function answers(port: number, probe: Probe): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ port, host: HOST, timeout: READY_MS })
  let received = ''
  socket.once('connect', () => socket.write(probe.request))
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
    if (received.length >= probe.reply.length) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
  socket.on('timeout', () => socket.destroy())
  socket.once('close', () => resolve(received.startsWith(probe.reply)))
  return promise
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return (address as { readonly port: number }).port
}
