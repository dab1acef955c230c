/**
 * The text port for operators, on the main thread: Pelikan's admin commands, a line each, for `nc` and
 * for scripts. It listens at loopback only, since it asks nobody for a token.
 *
 * ```text
 *   stats      STAT name value .. END    every metric
 *   version    VERSION 0.1.0
 *   flush_all  OK                        once the storage is empty
 *   help       what there is
 *   quit       closes
 * ```
 *
 * What a client can take is bounded: connections, the bytes of a line, the time for one and between two. A
 * client that does not read is asked for nothing further, and closed soon after.
 *
 * @module
 */
import { type Server, type Socket, createServer } from 'node:net'
import type { ListenAddress } from '@pelikan/core'
import {
  type Counter,
  type MetricDefinition,
  type Metrics,
  counter,
  flatMetrics,
} from '@pelikan/metrics'
import { ServerError } from '../errors.ts'
import { isLoopback } from './access.ts'
import { listenAt } from './listen-at.ts'
import { type LineLimits, TextSession } from './text-session.ts'

export const textAdminMetrics: {
  readonly requests: MetricDefinition<'counter'>
  readonly refused: MetricDefinition<'counter'>
} = {
  requests: counter('admin_request_parse', 'requests', 'Lines that came to the text admin port.'),
  refused: counter(
    'admin_session_refuse',
    'sessions',
    'Sessions of the text admin port closed: a line too long, HTTP, or too much time.',
  ),
}

export interface TextAdminLimits extends LineLimits {
  readonly connections: number
}

const LIMITS: TextAdminLimits = {
  connections: 32,
  lineBytes: 1024,
  requestMs: 10_000,
  idleMs: 300_000,
}

export interface TextAdminOptions {
  /** At loopback. */
  readonly host: string
  /** 0 for one that the system chooses. */
  readonly port: number
  readonly version: string
  readonly metrics: Metrics
  /** Bring into the metrics what is counted elsewhere. */
  readonly refresh: () => void
  /** Empty the storage. */
  readonly clear: () => void
  readonly counted: { readonly requests: Counter; readonly refused: Counter }
  /** What differs from the limits that operators have. */
  readonly limits?: Partial<TextAdminLimits>
}

export class TextAdmin {
  readonly #options: TextAdminOptions
  readonly #limits: TextAdminLimits
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  /** @throws ServerError `PELIKAN_ADMIN_NOT_LOCAL` for a host that other machines reach */
  constructor(options: TextAdminOptions) {
    const { host } = options
    if (!isLoopback(host)) {
      throw new ServerError(
        'PELIKAN_ADMIN_NOT_LOCAL',
        `the text port asks nobody for a token, so it cannot listen at ${host}; 127.0.0.1 and ::1 are for this machine alone`,
      )
    }
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket))
    this.#server.maxConnections = this.#limits.connections
  }

  /**
   * @returns where it listens, with the port that the system chose
   * @throws ListenError where it cannot
   */
  listen(): Promise<ListenAddress> {
    const { host, port } = this.#options
    return listenAt(this.#server, host, port)
  }

  /** Close it and all of its connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    void new TextSession(socket, this.#limits, {
      answer: (command) => this.#answer(command),
      refused: () => this.#options.counted.refused.increment(),
    })
  }

  /** @returns the answer; `undefined` to close */
  #answer(command: string): string | undefined {
    const { clear, counted, metrics, refresh, version } = this.#options
    counted.requests.increment()
    switch (command) {
      case 'stats':
        refresh()
        return `${flatMetrics(metrics)
          .map(([name, value]) => `STAT ${name} ${value}\r\n`)
          .join('')}END\r\n`
      case 'version':
        return `VERSION ${version}\r\n`
      case 'flush_all':
        clear()
        return 'OK\r\n'
      case 'help':
        return HELP
      case 'quit':
        return undefined
      default:
        return 'ERROR no such command; help lists what there is\r\n'
    }
  }
}

const HELP = [
  'stats      every metric, as STAT name value',
  'version    version of this server',
  'flush_all  empty the storage, for all clients',
  'quit       close this connection',
  'END',
]
  .map((line) => `${line}\r\n`)
  .join('')
