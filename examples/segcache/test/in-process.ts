/**
 * Segcache as it is composed, in this process and without sockets: real sessions, parser, commands and
 * storage on a fake transport and a fake clock.
 */
import { loadConfig } from '@pelikan/config'
import type { MemcacheParser, MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { type Process, ProcessBuilder, serverMetrics } from '@pelikan/server'
import type { SegStorage } from '@pelikan/storage-seg'
import { type FakeConnection, FakeClock, FakeTransport } from '@pelikan/testkit'
import type * as composition from '../src/composition.ts'
import type * as config from '../src/config.ts'

// By their URLs: the compiler does not let a test import the source of a project that it does not build.
const { compose } = await load<typeof composition>('../src/composition.ts')
const { program, settingsOf } = await load<typeof config>('../src/config.ts')

const MIB = 1024 * 1024
/** Hardly more than the longest line of a meta answer. */
const BLOCK_BYTES = 700
/** More turns than anything can need that is not stuck. */
const TURNS_MAX = 10_000

/** A segcache of 2 MB in segments of 128 KB, so that items go soon. */
export class SegcacheInProcess {
  readonly clock = new FakeClock()
  /** Exceptions that no client may cause. */
  readonly failures: unknown[] = []
  readonly transport: FakeTransport
  /** The most that all sessions had of their memory while pieces were delivered. */
  peakMemory = 0
  readonly storage: SegStorage
  readonly #process: Process

  /** @param flags of the command line */
  constructor(flags: readonly string[] = []) {
    const argv = ['-m', '2', '-I', '128k', '--worker-transport', 'net', ...flags]
    const loaded = loadConfig(program, { argv, env: {} })
    if (loaded.kind === 'exit') throw new Error(loaded.stderr)
    const { clock } = this
    let transport: FakeTransport | undefined
    let storage: SegStorage | undefined
    const parts = compose(settingsOf(loaded.config))
    const make = parts.storage
    if (typeof make === 'function') throw new Error('the storage is not made to be shared')
    this.#process = new ProcessBuilder<
      SegStorage,
      MemcacheParser,
      MemcacheRequest,
      MemcacheResponse
    >(
      {
        ...parts,
        storage: (context) => (storage = make.create(context)),
        transport: ({ budget }) => (transport = new FakeTransport(budget, BLOCK_BYTES)),
      },
      { listen: [{ host: '127.0.0.1', port: 1 }], clock, limits: { sessionMemoryBytes: MIB } },
    ).spawn()
    this.#process.events.on('error', (error) => this.failures.push(error))
    if (transport === undefined || storage === undefined) throw new Error('the worker made nothing')
    this.transport = transport
    this.storage = storage
  }

  /** When clients can connect. */
  get listening(): Promise<unknown> {
    return this.#process.listening
  }

  get openSessions(): number {
    return this.#process.metrics.read(serverMetrics.sessions)
  }

  connect(): FakeConnection {
    return this.transport.connect()
  }

  /**
   * Deliver `pieces` as a network does: nothing while the session does not receive, nothing behind its end.
   *
   * @param reads how much the client reads between two pieces; it reads everything in the end
   */
  deliver(connection: FakeConnection, pieces: Iterable<Buffer>, reads: number): void {
    connection.window = reads
    for (const piece of pieces) {
      this.#settle(connection)
      if (isOver(connection)) break
      connection.receive(piece.toString('latin1'))
      this.peakMemory = Math.max(this.peakMemory, this.transport.budget.used)
      connection.read(reads)
    }
    this.#settle(connection)
    connection.read()
  }

  /** The client goes away; what is left of it in `transport.budget` is lost for good. */
  leave(connection: FakeConnection): void {
    connection.destroy()
    this.transport.turn()
  }

  /** Let the event loop turn and the client read until the session receives again. */
  #settle(connection: FakeConnection): void {
    for (let turn = 0; connection.paused && !isOver(connection); turn++) {
      if (turn > TURNS_MAX) throw new Error('the session is stuck')
      this.transport.turn()
      connection.read()
    }
  }
}

/** The session has ended the connection. */
export function isOver({ destroyed, ended }: FakeConnection): boolean {
  return ended || destroyed
}

async function load<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, import.meta.url).href)) as Module
}
