/**
 * Who is at the other end of a socket.
 *
 * @module
 */
import type { Peer } from '@pelikan/core'
import type { Pinned, PinnedMemory } from './memory.ts'
import type { Native } from './native.ts'
import { ADDRESS_BYTES, hostOf, portOf } from './socket-address.ts'

export class PeerNames {
  readonly #native: Native
  readonly #address: Pinned
  readonly #length: Pinned

  constructor(native: Native, memory: PinnedMemory) {
    this.#native = native
    this.#address = memory.allocate(ADDRESS_BYTES)
    this.#length = memory.allocate(8)
  }

  /** The client of a socket; `undefined` for Unix sockets, and where it is gone. */
  of(fd: number): Peer | undefined {
    this.#length.bytes.writeUInt32LE(ADDRESS_BYTES)
    const result = this.#native.getpeername(fd, this.#address.address, this.#length.address)
    if (result < 0) return undefined
    const host = hostOf(this.#address.bytes)
    return host === undefined ? undefined : { host, port: portOf(this.#address.bytes) }
  }
}
