/**
 * Sockets before the ring has them: made, bound, listening.
 *
 * @module
 */
import { lstatSync, unlinkSync } from 'node:fs'
import type { ListenAddress } from '@pelikan/core'
import type { Pinned, PinnedMemory } from './memory.ts'
import { native } from './native.ts'
import {
  ADDRESS_BYTES,
  AF_UNIX,
  type SocketAddress,
  portOf,
  systemError,
} from './socket-address.ts'

const SOCK_STREAM = 1
const SOCK_NONBLOCK = 0x800
const SOCK_CLOEXEC = 0x80000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_REUSEPORT = 15
const IPPROTO_TCP = 6
const TCP_NODELAY = 1
const F_DUPFD_CLOEXEC = 1030
const ECONNREFUSED = 111
/** Connections that the kernel queues until they are accepted. */
const BACKLOG = 1024

/** Memory for the arguments of calls. */
export class Sockets {
  readonly #address: Pinned
  readonly #value: Pinned

  constructor(memory: PinnedMemory) {
    this.#address = memory.allocate(ADDRESS_BYTES)
    this.#value = memory.allocate(8)
  }

  /** Where {@link Sockets.write} writes to. */
  get address(): bigint {
    return this.#address.address
  }

  /** Write an address where the kernel can read it, until the next call. */
  write(address: SocketAddress): void {
    this.#address.bytes.fill(0)
    address.bytes.copy(this.#address.bytes)
  }

  /**
   * A socket that listens at `address`.
   *
   * @param where `address` as it was given
   * @param reusePort whether other sockets with the same wish may listen at the same port
   * @throws Error with the `code` of the system
   */
  listen(address: SocketAddress, where: ListenAddress, reusePort: boolean): number {
    const fd = this.open(address.family)
    try {
      if (address.family !== AF_UNIX) {
        this.#set(fd, SOL_SOCKET, SO_REUSEADDR)
        if (reusePort) this.#set(fd, SOL_SOCKET, SO_REUSEPORT)
      }
      if ('path' in where) {
        this.#removeStale(where.path, address)
        // Under a mask, so that at no moment somebody may connect who may not.
        const before = native().umask(0o777 & ~(where.mode ?? 0o777))
        try {
          this.#bind(fd, address)
        } finally {
          native().umask(before)
        }
      } else {
        this.#bind(fd, address)
      }
      if (native().listen(fd, BACKLOG) < 0) throw systemError(native().errno(), 'listen')
    } catch (error) {
      native().close(fd)
      throw error
    }
    return fd
  }

  /** A socket for `family`; those that a listening one accepts inherit its options. */
  open(family: number): number {
    const fd = native().socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)
    if (fd < 0) throw systemError(native().errno(), 'socket')
    if (family !== AF_UNIX) this.#set(fd, IPPROTO_TCP, TCP_NODELAY)
    return fd
  }

  /** Another descriptor of the same socket. */
  duplicate(fd: number): number {
    const copy = native().fcntl(fd, F_DUPFD_CLOEXEC, 0)
    if (copy < 0) throw systemError(native().errno(), 'fcntl')
    return copy
  }

  /** The port that `fd` is bound to. */
  port(fd: number): number {
    this.#value.bytes.writeUInt32LE(ADDRESS_BYTES)
    native().getsockname(fd, this.#address.address, this.#value.address)
    return portOf(this.#address.bytes)
  }

  #bind(fd: number, address: SocketAddress): void {
    this.write(address)
    const result = native().bind(fd, this.#address.address, address.bytes.length)
    if (result < 0) throw systemError(native().errno(), 'bind')
  }

  #set(fd: number, level: number, option: number): void {
    this.#value.bytes.writeUInt32LE(1)
    native().setsockopt(fd, level, option, this.#value.address, 4)
  }

  /**
   * The file of a Unix socket outlives a server that was killed. One that nobody listens behind is
   * removed; one that answers, or that is no socket, is left alone, and binding fails.
   */
  #removeStale(path: string, address: SocketAddress): void {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
    const { close, connect, errno, socket } = native()
    const probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
    this.write(address)
    const refused =
      connect(probe, this.#address.address, address.bytes.length) < 0 && errno() === ECONNREFUSED
    close(probe)
    if (refused) unlinkSync(path)
  }
}
