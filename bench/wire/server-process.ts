/**
 * A server under test, in a process of its own on a free port of 127.0.0.1. Whatever ends the bench ends
 * its servers: none is left behind on an exception or on Ctrl-C.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Probe } from './codec.ts'

/** The repository, where commands run. */
const ROOT = join(import.meta.dirname, '../..')
const HOST = '127.0.0.1'
const READY_MS = 15_000
const RETRY_MS = 2
const STOP_MS = 5000
const KEPT_OUTPUT = 4096

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130))
}

export class ServerProcess {
  readonly port: number
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number, startMs: number) {
    this.#child = child
    this.port = port
    this.startMs = startMs
  }

  get pid(): number {
    return this.#child.pid ?? NaN
  }

  /**
   * @param command words parted by blanks; `{port}` becomes the port, and a first word `node` the
   * Node.js that runs this
   */
  static async start(command: string, probe: Probe): Promise<ServerProcess> {
    const port = await freePort()
    const [program = '', ...rest] = command.replaceAll('{port}', String(port)).split(' ')
    const began = performance.now()
    const child = spawn(program === 'node' ? process.execPath : program, rest, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let said = ''
    const listen = (text: Buffer): void => {
      said = (said + text.toString()).slice(-KEPT_OUTPUT)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    let ended: string | undefined
    child.once('error', (error) => (ended = error.message))
    child.once('exit', (code, signal) => {
      running.delete(child)
      ended ??= `it ended with ${code ?? signal}`
    })
    while (!(await answers(port, probe))) {
      if (ended === undefined && performance.now() - began < READY_MS) await sleep(RETRY_MS)
      else throw new Error(`"${command}" does not answer: ${ended ?? 'too slow'}\n${said}`)
    }
    return new ServerProcess(child, port, performance.now() - began)
  }

  /** End it the way an operator does, and by force where that takes too long. */
  async stop(): Promise<void> {
    if (!running.has(this.#child)) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await exit
    clearTimeout(force)
  }
}

/** Ask once; false where nobody listens or the answer is another one. */
function answers(port: number, probe: Probe): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ port, host: HOST })
  let received = ''
  socket.once('connect', () => socket.write(probe.request))
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1')
    if (received.length >= probe.reply.length) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => resolve(received.startsWith(probe.reply)))
  return promise
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
