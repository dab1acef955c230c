/**
 * One listening socket, alone at its address or shared with listeners on other threads.
 *
 * ```text
 *              alone           open                                  join
 *   TCP        bind            bind alone, close, bind reusePort     bind reusePort
 *   Unix       bind the path   bind the path, tell the descriptor    accept from that descriptor
 * ```
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs'
import {
  type AddressInfo,
  type ListenOptions as BindOptions,
  type Server,
  type Socket,
  createServer,
} from 'node:net'
import { devNull } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import {
  type ListenAddress,
  type ListenOptions,
  descriptorOf,
  isAmongLast,
  listenError,
} from '@pelikan/core'
import type { Counter } from '@pelikan/metrics'
import { removeStaleSocket } from './unix-socket.ts'

/** Connections that the kernel queues until they are accepted. */
const BACKLOG = 1024
const MODE = 0o777

/** Descriptors that clients do not get. */
const RESERVE = 8

export class Listener {
  readonly #server: Server
  /** Whether the descriptor is another listener's, who closes it. */
  #isGuest = false
  /** Whether others have this one's descriptor. */
  #isShared = false
  #isClosed = false

  /**
   * @param accept takes a client
   * @param refused counts those that were closed at once, for want of descriptors
   */
  constructor(accept: (socket: Socket) => void, refused: Counter) {
    const isSpare = isAmongLast(RESERVE)
    this.#server = makeServer().on('connection', (socket) => {
      if (this.#isClosed) {
        socket.destroy()
      } else if (isSpare(socket)) {
        socket.destroy()
        refused.increment()
      } else {
        accept(socket)
      }
    })
  }

  /** @throws ListenError */
  async listen(address: ListenAddress, share: ListenOptions['share']): Promise<ListenAddress> {
    try {
      const bound =
        'path' in address
          ? await this.#listenAtPath(address, share)
          : await this.#listenAtPort(address, share)
      // An accept that fails must not end the process.
      this.#server.on('error', () => {})
      return bound
    } catch (error) {
      throw listenError(address, error as NodeJS.ErrnoException)
    }
  }

  /** Resolves when the connections are closed, too; those of a guest end by themselves. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#isGuest) {
      this.#server.unref()
      return
    }
    const descriptor = this.#isShared ? descriptorOf(this.#server) : undefined
    const closed = new Promise((done) => this.#server.close(done))
    if (descriptor !== undefined) occupy(descriptor)
    await closed
  }

  async #listenAtPort(
    { host, port }: { readonly host: string; readonly port: number },
    share: ListenOptions['share'],
  ): Promise<ListenAddress> {
    const server = this.#server
    if (share === undefined) {
      await listening(server, { host, port, backlog: BACKLOG })
      return { host, port: portOf(server) }
    }
    const free = share === 'open' ? await probe(host, port) : port
    await listening(server, { host, port: free, backlog: BACKLOG, reusePort: true })
    return { host, port: free }
  }

  async #listenAtPath(
    address: Extract<ListenAddress, { path: string }>,
    share: ListenOptions['share'],
  ): Promise<ListenAddress> {
    const { descriptor, path } = address
    if (share === 'join' && descriptor !== undefined) {
      this.#isGuest = true
      await listening(this.#server, { fd: descriptor })
      return address
    }
    await removeStaleSocket(path)
    await underUmask(address.mode, () => listening(this.#server, { path, backlog: BACKLOG }))
    if (share === undefined) return address
    this.#isShared = true
    return { ...address, descriptor: descriptorOf(this.#server) }
  }
}

function makeServer(): Server {
  return createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true })
}

/** Whether nobody listens at the address, which `reusePort` would not tell: its port, or an error. */
async function probe(host: string, port: number): Promise<number> {
  const server = makeServer().on('connection', (socket) => socket.destroy())
  await listening(server, { host, port })
  const free = portOf(server)
  await new Promise((done) => server.close(done))
  return free
}

function listening(server: Server, options: BindOptions | { fd: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.off('error', reject)
      resolve()
    })
    server.listen(options)
  })
}

/** So that at no moment somebody may connect who may not. `listen` binds before it returns. */
function underUmask<T>(mode: number | undefined, bind: () => T): T {
  if (!isMainThread) return bind()
  const before = process.umask(MODE & ~(mode ?? MODE))
  try {
    return bind()
  } finally {
    process.umask(before)
  }
}

/**
 * Leave `descriptor` to nobody: guests have its number, and Node.js closes what has that number when their
 * threads end. Until then a file in its place must not be somebody's.
 */
function occupy(descriptor: number): void {
  const others: number[] = []
  let opened = openSync(devNull, 'r')
  // The system gives the lowest number that is free.
  while (opened < descriptor) {
    others.push(opened)
    opened = openSync(devNull, 'r')
  }
  if (opened > descriptor) others.push(opened)
  for (const other of others) closeSync(other)
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
