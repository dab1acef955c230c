/**
 * What the kernel is asked to do, one entry each.
 *
 * ```text
 *   a submission entry (struct io_uring_sqe), as int32 words
 *     0  opcode | flags << 8 | ioprio << 16
 *     1  descriptor
 *     2  off, or addr2         3  its high half
 *     4  address               5  its high half
 *     6  length
 *     7  flags of the operation
 *     8  user_data             9  its high half      comes back with every completion
 *    10  buffer group
 *    11  to 15 stay 0
 *
 *   user_data: low = owner << 4 | kind, high = generation of the owner
 * ```
 *
 * A descriptor is used again as soon as it is closed, so completions name their owner by its place in a
 * table and the generation that it had there.
 *
 * Sources: linux/io_uring.h; io_uring_prep_*(3) of liburing.
 *
 * @module
 */
import type { Ring } from './ring.ts'

/** Who a completion is for. */
export const Kind = {
  /** Nobody: it was handled already, or says nothing. */
  None: 0,
  Accept: 1,
  Receive: 2,
  Send: 3,
  Connect: 4,
  /** The event loop of Node.js has something to do. */
  Wake: 5,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** Bits of user_data that hold the kind. */
const KIND_BITS = 4
export const KIND_MASK: number = (1 << KIND_BITS) - 1

/** More completions of this entry follow. */
export const COMPLETION_MORE: number = 1 << 1
/** A buffer was used; its id is in the upper 16 bits. */
export const COMPLETION_BUFFER: number = 1 << 0
export const BUFFER_SHIFT = 16

/** Results, as negative errnos. */
export const ENOBUFS = -105
export const ECANCELED = -125

const OP_NOP = 0
const OP_POLL_ADD = 6
const OP_SENDMSG = 9
const OP_ACCEPT = 13
const OP_ASYNC_CANCEL = 14
const OP_CONNECT = 16
const OP_SEND = 26
const OP_RECV = 27

const BUFFER_SELECT = (1 << 5) << 8
const ACCEPT_MULTISHOT = (1 << 0) << 16
const RECV_MULTISHOT = (1 << 1) << 16
const POLLIN = 1
const SOCK_CLOEXEC = 0x80000
/** No SIGPIPE, and one completion when all is taken instead of one per piece. */
const SEND_FLAGS = 0x4000 /* MSG_NOSIGNAL */ | 0x100 /* MSG_WAITALL */

export class Operations {
  readonly #ring: Ring

  constructor(ring: Ring) {
    this.#ring = ring
  }

  /** Does nothing but complete. */
  nop(): void {
    this.#entry(OP_NOP, -1, 0, 0, 0, 0, 0, Kind.None, 0, 0)
  }

  /** A completion for the next connection that comes, and where `goesOn` for every one behind it. */
  accept(fd: number, owner: number, generation: number, goesOn: boolean): void {
    const code = OP_ACCEPT | (goesOn ? ACCEPT_MULTISHOT : 0)
    this.#entry(code, fd, 0, 0, 0, 0, SOCK_CLOEXEC, Kind.Accept, owner, generation)
  }

  /**
   * A completion for the next piece that arrives, in a buffer of `group`, and where `goesOn` for every
   * one behind it.
   */
  receive(fd: number, owner: number, generation: number, group: number, goesOn: boolean): void {
    const code = OP_RECV | BUFFER_SELECT | (goesOn ? RECV_MULTISHOT : 0)
    const at = this.#entry(code, fd, 0, 0, 0, 0, 0, Kind.Receive, owner, generation)
    this.#ring.entries[at + 10] = group
  }

  send(
    fd: number,
    owner: number,
    generation: number,
    addressLow: number,
    addressHigh: number,
    bytes: number,
  ): void {
    const flags = SEND_FLAGS
    // prettier-ignore
    this.#entry(OP_SEND, fd, 0, addressLow, addressHigh, bytes, flags, Kind.Send, owner, generation)
  }

  /** Send what the `struct msghdr` at the address names; it may change once it is submitted. */
  sendMessage(
    fd: number,
    owner: number,
    generation: number,
    addressLow: number,
    addressHigh: number,
  ): void {
    const flags = SEND_FLAGS
    // prettier-ignore
    this.#entry(OP_SENDMSG, fd, 0, addressLow, addressHigh, 1, flags, Kind.Send, owner, generation)
  }

  /** Connect to the socket address, which may change once it is submitted. */
  connect(
    fd: number,
    owner: number,
    generation: number,
    addressLow: number,
    addressHigh: number,
    bytes: number,
  ): void {
    // prettier-ignore
    this.#entry(OP_CONNECT, fd, bytes, addressLow, addressHigh, 0, 0, Kind.Connect, owner, generation)
  }

  /** One completion as soon as `fd` can be read. */
  wake(fd: number): void {
    this.#entry(OP_POLL_ADD, fd, 0, 0, 0, 0, POLLIN, Kind.Wake, 0, 0)
  }

  /** End an operation that has not completed; it then does, with `ECANCELED`. */
  cancel(kind: Kind, owner: number, generation: number): void {
    const target = (owner << KIND_BITS) | kind
    this.#entry(OP_ASYNC_CANCEL, -1, 0, target, generation, 0, 0, Kind.None, 0, 0)
  }

  #entry(
    code: number,
    fd: number,
    offset: number,
    addressLow: number,
    addressHigh: number,
    length: number,
    flags: number,
    kind: Kind,
    owner: number,
    generation: number,
  ): number {
    const ring = this.#ring
    const at = ring.entry()
    const words = ring.entries
    words[at] = code
    words[at + 1] = fd
    words[at + 2] = offset
    words[at + 3] = 0
    words[at + 4] = addressLow
    words[at + 5] = addressHigh
    words[at + 6] = length
    words[at + 7] = flags
    words[at + 8] = (owner << KIND_BITS) | kind
    words[at + 9] = generation
    words[at + 10] = 0
    return at
  }
}

/** The owner's place, of the low half of user_data. */
export function ownerOf(userData: number): number {
  return userData >>> KIND_BITS
}
