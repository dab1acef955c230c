/**
 * An io_uring: two queues that this thread shares with the kernel.
 *
 * ```text
 *   submissions: we write entries at the tail, the kernel takes them from the head
 *   completions: the kernel writes them at the tail, we take them from the head
 *
 *   one mapping of the ring's descriptor, at the offsets that io_uring_setup(2) returns:
 *     | sq head | sq tail | cq head | cq tail | ... | completions, 16 bytes each | sq array |
 *   another one:
 *     | submission entries, 64 bytes each (operations.ts) |
 *
 *   a completion (struct io_uring_cqe), as int32 words:
 *     0 user_data low   1 user_data high   2 result, or minus an errno   3 flags, buffer id << 16
 * ```
 *
 * Sources: linux/io_uring.h; io_uring_setup(2), io_uring_enter(2). Memory is shared with the kernel, so
 * heads and tails are read and written with `Atomics`. With `DEFER_TASKRUN` the kernel works for this
 * ring only while this thread is inside `enter`, so between two calls it touches no memory of ours.
 *
 * @module
 */
import { getSystemErrorName } from 'node:util'
import { type Pinned, PinnedMemory, high, low } from './memory.ts'
import { type Native, native } from './native.ts'

const ENTRIES = 4096
const COMPLETIONS = 16_384
const ENTRY_BYTES = 64
const COMPLETION_BYTES = 16

const SETUP_CQSIZE = 1 << 3
const SETUP_SUBMIT_ALL = 1 << 7
const SETUP_SINGLE_ISSUER = 1 << 12
const SETUP_DEFER_TASKRUN = 1 << 13

const FEATURE_SINGLE_MMAP = 1 << 0
const FEATURE_NODROP = 1 << 1
const FEATURE_SUBMIT_STABLE = 1 << 2
const FEATURE_EXT_ARG = 1 << 8
const FEATURE_NO_IOWAIT = 1 << 17
const NEEDED = FEATURE_SINGLE_MMAP | FEATURE_NODROP | FEATURE_SUBMIT_STABLE | FEATURE_EXT_ARG

const ENTER_GETEVENTS = 1 << 0
const ENTER_EXT_ARG = 1 << 3
/** Waiting for the network is no waiting for a disk: it is not to be shown as such. */
const ENTER_NO_IOWAIT = 1 << 7

const OFFSET_RINGS = 0n
const OFFSET_ENTRIES = 0x10000000n
const PROT_READ_WRITE = 3
const MAP_SHARED_POPULATE = 0x8001
const MAP_FAILED = 0xffff_ffff_ffff_ffffn

const PARAMS_BYTES = 120
/** `struct io_uring_getevents_arg` and the `struct __kernel_timespec` that it points to. */
const ARGUMENT_BYTES = 24n
const TIMESPEC_AT = 32

/** A system call of the ring failed; `code` names the error. */
export class RingError extends Error {
  readonly code: string

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno)
    super(`${call} failed with ${code}`)
    this.code = code
  }
}

export class Ring {
  readonly fd: number
  readonly memory: PinnedMemory = new PinnedMemory()
  /** Submission entries, 16 words each. */
  entries: Int32Array
  /** Words of the mapping that the completions are in; see {@link Ring.next}. */
  words: Int32Array
  readonly #native: Native
  readonly #mappings: [address: bigint, bytes: bigint][] = []
  readonly #sqHead: number
  readonly #sqTail: number
  readonly #sqMask: number
  readonly #cqHead: number
  readonly #cqTail: number
  readonly #cqMask: number
  /** Word of the first completion. */
  readonly #cqFirst: number
  readonly #argument: Pinned
  readonly #timespec: Int32Array
  readonly #enterFlags: number
  #tail: number
  #head: number

  /** @throws RingError */
  constructor() {
    this.#native = native()
    const params = this.memory.allocate(PARAMS_BYTES)
    const p = new Int32Array(params.bytes.buffer, params.bytes.byteOffset, PARAMS_BYTES >> 2)
    p[1] = COMPLETIONS
    p[2] = SETUP_CQSIZE | SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN
    this.fd = this.#native.setup(ENTRIES, params.address)
    if (this.fd < 0) throw this.#failed('io_uring_setup')
    const features = p[5]!
    if ((features & NEEDED) !== NEEDED) {
      this.close()
      throw new RingError('io_uring_setup', 95 /* EOPNOTSUPP */)
    }
    // struct io_sqring_offsets begins at word 10, struct io_cqring_offsets at word 20.
    const arrayAt = p[16]! >> 2
    this.#sqHead = p[10]! >> 2
    this.#sqTail = p[11]! >> 2
    this.#cqHead = p[20]! >> 2
    this.#cqTail = p[21]! >> 2
    this.#cqFirst = p[25]! >> 2
    const bytes = Math.max(p[16]! + ENTRIES * 4, p[25]! + COMPLETIONS * COMPLETION_BYTES)
    const words = this.#map(bytes, OFFSET_RINGS)
    this.words = words
    this.entries = this.#map(ENTRIES * ENTRY_BYTES, OFFSET_ENTRIES)
    this.#sqMask = words[p[12]! >> 2]!
    this.#cqMask = words[p[22]! >> 2]!
    for (let i = 0; i < ENTRIES; i++) words[arrayAt + i] = i
    this.#tail = words[this.#sqTail]!
    this.#head = words[this.#cqHead]!

    this.#argument = this.memory.allocate(TIMESPEC_AT + 16)
    const { bytes: argument, address } = this.#argument
    this.#timespec = new Int32Array(argument.buffer, argument.byteOffset + TIMESPEC_AT, 4)
    const timespec = address + BigInt(TIMESPEC_AT)
    argument.writeInt32LE(low(timespec), 16)
    argument.writeInt32LE(high(timespec), 20)
    this.#enterFlags =
      ENTER_GETEVENTS | ENTER_EXT_ARG | ((features & FEATURE_NO_IOWAIT) === 0 ? 0 : ENTER_NO_IOWAIT)
  }

  /**
   * The next free submission entry.
   *
   * @returns the index of its first word; all 16 are the caller's to write
   */
  entry(): number {
    while (this.pending > this.#sqMask) this.enter(0)
    const index = this.#tail & this.#sqMask
    this.#tail = (this.#tail + 1) | 0
    return index << 4
  }

  get closed(): boolean {
    return this.words === NOTHING
  }

  /** Entries that the kernel has not taken. */
  get pending(): number {
    return (this.#tail - Atomics.load(this.words, this.#sqHead)) | 0
  }

  /** Whether a completion is there. */
  get ready(): boolean {
    return this.#head !== Atomics.load(this.words, this.#cqTail)
  }

  /**
   * Submit what is pending and wait until a completion is there, `milliseconds` have passed or a signal
   * has come.
   */
  enter(milliseconds: number): void {
    const words = this.words
    Atomics.store(words, this.#cqHead, this.#head)
    Atomics.store(words, this.#sqTail, this.#tail)
    const seconds = (milliseconds / 1000) | 0
    this.#timespec[0] = seconds
    this.#timespec[2] = (milliseconds - seconds * 1000) * 1_000_000
    const result = this.#native.enter(
      this.fd,
      (this.#tail - Atomics.load(words, this.#sqHead)) | 0,
      milliseconds > 0 ? 1 : 0,
      this.#enterFlags,
      this.#argument.address,
      ARGUMENT_BYTES,
    )
    if (result < 0) this.#check()
  }

  /**
   * Take the next completion off the queue.
   *
   * @returns the index of its first word in {@link words}, good until the next {@link enter}; -1 where
   * there is none
   */
  next(): number {
    const head = this.#head
    if (head === Atomics.load(this.words, this.#cqTail)) return -1
    this.#head = (head + 1) | 0
    return this.#cqFirst + ((head & this.#cqMask) << 2)
  }

  /** Completions that wait to be taken. */
  get waiting(): number {
    return (Atomics.load(this.words, this.#cqTail) - this.#head) | 0
  }

  /** The completion that {@link next} will return after `ahead` others. */
  peek(ahead: number): number {
    return this.#cqFirst + (((this.#head + ahead) & this.#cqMask) << 2)
  }

  /** Give everything back; nothing may be in flight. */
  close(): void {
    this.words = NOTHING
    this.entries = NOTHING
    for (const [address, bytes] of this.#mappings) this.#native.munmap(address, bytes)
    this.#mappings.length = 0
    this.#native.close(this.fd)
    this.memory.release()
  }

  #map(bytes: number, offset: bigint): Int32Array {
    const size = BigInt(bytes)
    const address = this.#native.mmap(
      0n,
      size,
      PROT_READ_WRITE,
      MAP_SHARED_POPULATE,
      this.fd,
      offset,
    )
    if (address === MAP_FAILED) {
      const error = this.#failed('mmap')
      this.close()
      throw error
    }
    this.#mappings.push([address, size])
    return new Int32Array(this.#native.ffi.toArrayBuffer(address, bytes, false))
  }

  /** Errors that pass: the time is up, a signal came, memory is short, completions have to be taken first. */
  #check(): void {
    if (!PASSING.has(this.#native.errno())) throw this.#failed('io_uring_enter')
  }

  #failed(call: string): RingError {
    return new RingError(call, this.#native.errno())
  }
}

const NOTHING = new Int32Array(0)
/** `ETIME`, `EINTR`, `EAGAIN`, `ENOMEM`, `EBUSY`, `EBADR`. */
const PASSING: ReadonlySet<number> = new Set([62, 4, 11, 12, 16, 53])
