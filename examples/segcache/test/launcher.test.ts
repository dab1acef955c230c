/**
 * `npm start` and the signals that end it: scripts/run leaves no process between npm and the server, so a
 * signal to npm alone or to the whole group (a terminal's Ctrl-C) drains the server, once.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const BANNER = /127\.0\.0\.1:(\d+)/
const SUMMARY = /stopped after/g

/** `npm start` in a process group of its own, as a shell makes one for a command on a terminal. */
class Started {
  output = ''
  port = 0
  readonly exited: Promise<unknown>
  readonly #npm: ChildProcess

  constructor() {
    this.#npm = spawn('npm', ['start', '--', '-p', '0'], { cwd: root, detached: true })
    this.#npm.stderr?.on('data', (chunk) => (this.output += chunk))
    this.exited = once(this.#npm, 'close').then(([code]) => code)
  }

  /** Resolves when the server has said where it listens. */
  listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#npm.stdout?.on('data', (chunk) => {
        this.output += chunk
        this.port = Number(BANNER.exec(this.output)?.[1] ?? 0)
        if (this.port !== 0) resolve()
      })
      void this.exited.then(() => reject(new Error(this.output)))
    })
  }

  /** Has every process that npm started ended? */
  get gone(): boolean {
    try {
      process.kill(-(this.#npm.pid ?? 0), 0)
      return false
    } catch {
      return true
    }
  }

  signal(to: 'npm' | 'group', name: NodeJS.Signals): void {
    const pid = this.#npm.pid ?? 0
    process.kill(to === 'npm' ? pid : -pid, name)
  }
}

let started: Started | undefined

afterEach(() => {
  if (started !== undefined && !started.gone) started.signal('group', 'SIGKILL')
  started = undefined
})

describe('npm start', () => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    for (const to of ['npm', 'group'] as const) {
      it(`ends once and leaves nothing behind when ${name} reaches ${to}`, async () => {
        const server = await start()
        server.signal(to, name)
        await expectOneEnd(server)
      })
    }
  }

  it('takes two signals within a second as one, with a client connected', async () => {
    const server = await start()
    const client = connect(server.port, '127.0.0.1')
    await once(client, 'connect')
    server.signal('group', 'SIGTERM')
    server.signal('npm', 'SIGTERM')
    await expectOneEnd(server)
    client.destroy()
  })
})

async function start(): Promise<Started> {
  started = new Started()
  await started.listening()
  return started
}

async function expectOneEnd(server: Started): Promise<void> {
  expect(await server.exited, server.output).toBe(0)
  expect(server.output.match(SUMMARY), server.output).toHaveLength(1)
  expect(server.gone).toBe(true)
  expect(await answers(server.port)).toBe(false)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
