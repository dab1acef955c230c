/**
 * A memcache server without sockets: parser, store and response over a hash map, for transcripts.
 *
 * What a client writes reaches the parser in pieces, and a clock that is moved by hand replaces waiting.
 */
import { type Block, BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import { type Connection, type Observer, ProtocolError, TICKS_PER_SECOND } from '@pelikan/core'
import {
  Credentials,
  Watch,
  memcacheMetrics,
  memcacheStore,
  memcachedVersion,
  prefixPart,
  watchPart,
} from '@pelikan/entrystore'
import { Metrics } from '@pelikan/metrics'
import { MemcacheParser, type MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { HashMapStorage, hashMapMetrics } from '@pelikan/storage-hashmap'
import { FakeClock, type TranscriptConnection, type TranscriptServer } from '@pelikan/testkit'

const MIB = 1024 * 1024
/** Who may log in where there is a -Y. */
const USERS = [
  { user: 'peter', password: 'pan' },
  { user: 'a b', password: 'c d' },
]

/** Who is connected, for those who ask. */
const CLIENT = {
  peer: () => ({ host: '127.0.0.1', port: 50_000 }),
} as Partial<Connection> as Connection

export class InProcessServer implements TranscriptServer {
  readonly clock = new FakeClock()
  readonly metrics = new Metrics([memcacheMetrics, hashMapMetrics])
  readonly storage: HashMapStorage
  readonly #store: ReturnType<typeof memcacheStore>
  readonly #response = new MemcacheResponse()
  readonly #observers: readonly Observer<MemcacheRequest, MemcacheResponse>[]
  readonly #authenticates: boolean
  /** Sees requests as observers do. */
  executed: (request: MemcacheRequest, response: MemcacheResponse) => void = () => {}
  readonly #cut: (bytes: Buffer) => Iterable<Buffer>
  readonly #executed: (request: MemcacheRequest, response: MemcacheResponse) => void

  /**
   * @param flags of memcached: -C, -F, -M, -W, -X, -m, -I and -Y
   * @param cut what of a write arrives at once
   * @param executed sees every request and its answer
   */
  constructor(
    flags: readonly string[],
    cut: (bytes: Buffer) => Iterable<Buffer>,
    executed: (request: MemcacheRequest, response: MemcacheResponse) => void = () => {},
  ) {
    const { clock, metrics } = this
    this.#cut = cut
    this.#executed = executed
    this.#authenticates = flags.includes('-Y')
    this.storage = new HashMapStorage({
      clock,
      metrics,
      memoryLimit: Number(valueOf(flags, '-m') ?? 64) * MIB,
      itemSizeMax: Number.parseInt(valueOf(flags, '-I') ?? '1024k', 10) * 1024,
      eviction: flags.includes('-M') ? 'none' : 'lru',
    })
    const watched = watchPart().share(0)
    const prefixes = prefixPart.share(0)
    this.#observers = [
      watchPart().attach(watched, { clock, metrics }),
      prefixPart.attach(prefixes, { metrics }),
    ]
    this.#store = memcacheStore(this.storage, {
      prefixes,
      ...(flags.includes('-W') ? {} : { watch: new Watch(watched, { clock, metrics }) }),
      connections: () => [
        { number: 1, connection: CLIENT, waitsFor: 'request', lastReceived: clock.now },
      ],
      clock,
      metrics,
      version: memcachedVersion('0.1.0'),
      ...(flags.includes('-X') ? { dumps: 'forbidden' } : {}),
      flushEnabled: !flags.includes('-F'),
      casEnabled: !flags.includes('-C'),
      ...(this.#authenticates ? { credentials: new Credentials(USERS) } : {}),
    })
  }

  /** Send `text` and get everything that is answered. */
  async ask(text: string): Promise<string> {
    const connection = await this.connect()
    connection.write(Buffer.from(text, 'latin1'))
    connection.end()
    const answer = await connection.read()
    connection.destroy()
    return answer?.toString('latin1') ?? ''
  }

  async connect(): Promise<TranscriptConnection> {
    const parser = new MemcacheParser({ authenticates: this.#authenticates })
    const input = new ByteBuffer({ initial: 2048, limit: 4 * MIB })
    const output = new Output(new BlockPool(new MemoryBudget(Number.MAX_SAFE_INTEGER), 65_536, 4))
    let closed = false
    /** The last answer has no end: what the client sends is dropped. */
    let isTaken = false
    const serve = (piece: Buffer): void => {
      if (closed || isTaken) return
      input.append(piece, 0, piece.length)
      try {
        const left = this.#serve(parser, input, output)
        closed = left === 'closed'
        isTaken = left === 'taken'
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        if (error.reply !== undefined) output.write(error.reply, 0, error.reply.length)
        closed = true
      }
    }
    const undo = (): void => {
      const request = parser.end()
      if (request !== undefined) this.#execute(request, output)
    }
    return {
      write: (bytes) => {
        for (const piece of this.#cut(bytes)) serve(piece)
      },
      read: async () => {
        const blocks: Block[] = []
        output.take(blocks)
        if (blocks.length > 0) {
          return Buffer.concat(blocks.map(({ bytes, end }) => bytes.subarray(0, end)))
        }
        if (closed) return undefined
        throw new Error('nothing more comes')
      },
      end: () => {
        closed = true
      },
      destroy: undo,
    }
  }

  async wait(milliseconds: number): Promise<void> {
    this.clock.advanceTicks(Math.round((milliseconds / 1000) * TICKS_PER_SECOND))
  }

  /** @returns what becomes of the connection; `taken` is by an answer without an end */
  #serve(parser: MemcacheParser, input: ByteBuffer, output: Output): 'open' | 'closed' | 'taken' {
    for (;;) {
      const request = parser.parse(input)
      if (request === undefined) return 'open'
      this.#execute(request, output)
      if (!parser.partial) {
        this.executed(request, this.#response)
        for (const observer of this.#observers) {
          if (observer.sample > 0) observer.observe(request, this.#response, 1)
        }
      }
      if (this.#response.hangup) return 'closed'
      if (this.#response.source?.isEndless === true) return 'taken'
    }
  }

  #execute(request: MemcacheRequest, output: Output): void {
    this.#response.begin(request, output)
    this.#store.execute(request, this.#response)
    this.#executed(request, this.#response)
  }
}

function valueOf(flags: readonly string[], flag: string): string | undefined {
  const at = flags.indexOf(flag)
  return at < 0 ? undefined : flags[at + 1]
}
