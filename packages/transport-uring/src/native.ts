/**
 * The functions of the C library, of the kernel and of libuv that this transport calls, through
 * `node:ffi`.
 *
 * A call whose arguments are 32-bit integers and constant bigints costs tens of nanoseconds; making a
 * bigint for a call costs hundreds. So addresses are made once, and what happens per turn takes integers.
 *
 * @module
 */
import type * as Ffi from 'node:ffi'
import { nodeFfi } from '@pelikan/core'

const I32 = 'int32'
const U64 = 'uint64'

/** One thread's way into native code. */
export interface Native {
  readonly ffi: typeof Ffi
  /** `io_uring_setup(2)`: entries, address of `struct io_uring_params`. */
  readonly setup: (entries: number, params: bigint) => number
  /** `io_uring_enter(2)`. */
  readonly enter: (
    ring: number,
    submit: number,
    complete: number,
    flags: number,
    argument: bigint,
    bytes: bigint,
  ) => number
  /** `io_uring_register(2)`. */
  readonly register: (ring: number, opcode: number, argument: bigint, count: number) => number
  /** The address, or all ones. */
  readonly mmap: (
    at: bigint,
    bytes: bigint,
    protection: number,
    flags: number,
    fd: number,
    offset: bigint,
  ) => bigint
  readonly munmap: (address: bigint, bytes: bigint) => number
  readonly socket: (family: number, type: number, protocol: number) => number
  readonly setsockopt: (
    fd: number,
    level: number,
    name: number,
    value: bigint,
    bytes: number,
  ) => number
  readonly bind: (fd: number, address: bigint, bytes: number) => number
  readonly listen: (fd: number, backlog: number) => number
  readonly connect: (fd: number, address: bigint, bytes: number) => number
  readonly getsockname: (fd: number, address: bigint, bytes: bigint) => number
  readonly getpeername: (fd: number, address: bigint, bytes: bigint) => number
  readonly shutdown: (fd: number, how: number) => number
  readonly close: (fd: number) => number
  /** `fcntl(2)` with a number. */
  readonly fcntl: (fd: number, command: number, argument: number) => number
  /** Sets the mask of the whole process, in any thread; returns the one before. */
  readonly umask: (mask: number) => number
  /** `uv_loop_t` of this thread's event loop. */
  readonly loop: bigint
  readonly uvBackendFd: (loop: bigint) => number
  readonly uvBackendTimeout: (loop: bigint) => number
  /** The last error of a call that failed, positive. */
  readonly errno: () => number
}

/** The same numbers on every 64-bit architecture that Linux has io_uring for. */
const SYS_IO_URING_SETUP = 425
const SYS_IO_URING_ENTER = 426
const SYS_IO_URING_REGISTER = 427

let loaded: Native | undefined

/** @throws Error where this Node.js has no `node:ffi`, or one that lacks something */
export function native(): Native {
  loaded ??= load()
  return loaded
}

function load(): Native {
  const ffi = loadFfi()
  // Everything is part of the process: no name of a library has to be known, whichever C library it is.
  const { functions: c } = ffi.dlopen(null, {
    mmap: { return: U64, arguments: [U64, U64, I32, I32, I32, U64] },
    munmap: { return: I32, arguments: [U64, U64] },
    socket: { return: I32, arguments: [I32, I32, I32] },
    setsockopt: { return: I32, arguments: [I32, I32, I32, U64, I32] },
    bind: { return: I32, arguments: [I32, U64, I32] },
    listen: { return: I32, arguments: [I32, I32] },
    connect: { return: I32, arguments: [I32, U64, I32] },
    getsockname: { return: I32, arguments: [I32, U64, U64] },
    getpeername: { return: I32, arguments: [I32, U64, U64] },
    shutdown: { return: I32, arguments: [I32, I32] },
    close: { return: I32, arguments: [I32] },
    fcntl: { return: I32, arguments: [I32, I32, I32] },
    umask: { return: I32, arguments: [I32] },
    uv_backend_fd: { return: I32, arguments: [U64] },
    uv_backend_timeout: { return: I32, arguments: [U64] },
    __errno_location: { return: U64, arguments: [] },
  })
  const enter = ffi.dlopen(null, {
    // The seventh argument is on the stack, where nothing would extend 32 bits to the 64 that are read.
    syscall: { return: I32, arguments: [I32, I32, I32, I32, I32, U64, U64] },
  }).functions.syscall
  const control = ffi.dlopen(null, {
    syscall: { return: I32, arguments: [I32, I32, I32, U64, I32] },
  }).functions.syscall
  const setup = ffi.dlopen(null, { syscall: { return: I32, arguments: [I32, I32, U64] } }).functions
    .syscall
  // The place belongs to the thread and does not move.
  const { __errno_location: errnoAt } = c
  const errno = new Int32Array(ffi.toArrayBuffer(errnoAt(), 4, false))
  return {
    ffi,
    setup: (entries, params) => setup(SYS_IO_URING_SETUP, entries, params),
    enter: (ring, submit, complete, flags, argument, bytes) =>
      enter(SYS_IO_URING_ENTER, ring, submit, complete, flags, argument, bytes),
    register: (ring, opcode, argument, count) =>
      control(SYS_IO_URING_REGISTER, ring, opcode, argument, count),
    mmap: c.mmap,
    munmap: c.munmap,
    socket: c.socket,
    setsockopt: c.setsockopt,
    bind: c.bind,
    listen: c.listen,
    connect: c.connect,
    getsockname: c.getsockname,
    getpeername: c.getpeername,
    shutdown: c.shutdown,
    close: c.close,
    fcntl: c.fcntl,
    umask: c.umask,
    loop: ffi.getCurrentEventLoop(),
    uvBackendFd: c.uv_backend_fd,
    uvBackendTimeout: c.uv_backend_timeout,
    errno: () => errno[0]!,
  }
}

function loadFfi(): typeof Ffi {
  const ffi = nodeFfi()
  if (ffi === undefined) throw new Error('this Node.js has no node:ffi')
  if (typeof ffi.getCurrentEventLoop !== 'function') {
    throw new Error('node:ffi of this Node.js lacks getCurrentEventLoop')
  }
  return ffi
}
