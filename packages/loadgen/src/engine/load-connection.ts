/**
 * One connection of the load generator: writes requests, sends them together, checks the replies and
 * records how long each took since it was due.
 *
 * ```text
 *   requests   [ bytes of requests that are not sent yet ]
 *   in flight  [ due | memo ]  [ due | memo ]  ...               a ring, the oldest first
 *   kept       [ the front of a reply whose end has not arrived ]
 * ```
 *
 * @module
 */
import type { LoadError } from '../errors.ts'
import type { Recording } from '../measure/recording.ts'
import { type Codec, INCOMPLETE, NO_MORE } from '../protocol/codec.ts'
import { wrongReply } from '../protocol/expect-bytes.ts'
import type { ClientConnection, ClientEvents, Target } from './client-transport.ts'
import type { LoadPlan } from './load-plan.ts'

/** Requests of a connection that are sent together take at most this, or are one. */
const MOST_UNSENT_BYTES = 262_144

/** Who has a connection, and is told what happens to it. */
export interface ConnectionOwner {
  readonly plan: LoadPlan
  /** Where latencies go; undefined where they do not count. */
  readonly recording: Recording | undefined
  readonly opened: () => void
  /** Replies have come on `connection`. */
  readonly answered: (connection: LoadConnection, now: number) => void
  /** `connection` can be sent to again. */
  readonly writable: (connection: LoadConnection) => void
  /** The server, or an error, has closed it. */
  readonly lost: (cause: Error | undefined) => void
  /** What came is wrong. */
  readonly fail: (error: LoadError) => void
}

export class LoadConnection implements ClientEvents {
  /** Unique in the whole run. */
  readonly number: number
  readonly #owner: ConnectionOwner
  readonly #codec: Codec
  readonly #connection: ClientConnection
  readonly #depth: number
  readonly #requests: Buffer
  #requestsEnd = 0
  /** Whether the transport has taken everything that was sent. */
  #writable = true
  readonly #due: Float64Array
  readonly #memos: Int32Array
  #oldest = 0
  #inFlight = 0
  #kept: Buffer = Buffer.alloc(0)
  #keptEnd = 0
  #closed = false

  constructor(owner: ConnectionOwner, number: number, target: Target) {
    const { codec, depth } = owner.plan
    this.number = number
    this.#owner = owner
    this.#codec = codec
    this.#depth = depth
    this.#requests = Buffer.allocUnsafeSlow(unsentBytes(codec.maxRequestBytes, depth))
    this.#due = new Float64Array(depth)
    this.#memos = new Int32Array(depth * codec.memoLength)
    this.#connection = owner.plan.transport.connect(target, this)
  }

  /** Requests whose replies have not come. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Whether another request can be added now. */
  get hasRoom(): boolean {
    return (
      this.#inFlight < this.#depth &&
      this.#writable &&
      this.#requestsEnd + this.#codec.maxRequestBytes <= this.#requests.length
    )
  }

  /** Write a request that was due at `due`, to be sent; false where there are no more. */
  add(due: number): boolean {
    const at = (this.#oldest + this.#inFlight) % this.#depth
    const memoAt = at * this.#codec.memoLength
    const { source } = this.#owner.plan
    const end = source.write(this.number, this.#requests, this.#requestsEnd, this.#memos, memoAt)
    if (end === NO_MORE) return false
    this.#requestsEnd = end
    this.#due[at] = due
    this.#inFlight++
    return true
  }

  /** Send what was added. */
  send(): void {
    const end = this.#requestsEnd
    if (end === 0) return
    this.#requestsEnd = 0
    this.#writable = this.#connection.send(this.#requests, end)
  }

  /** Close at once. */
  close(): void {
    this.#closed = true
    this.#connection.close()
  }

  opened(): void {
    this.#owner.opened()
  }

  sent(): void {
    this.#writable = true
    if (!this.#closed) this.#owner.writable(this)
  }

  closed(cause: Error | undefined): void {
    if (!this.#closed) this.#owner.lost(cause)
  }

  received(bytes: Buffer, start: number, end: number): void {
    if (this.#closed) return
    const now = this.#owner.plan.now()
    const before = this.#inFlight
    try {
      if (this.#keptEnd === 0) {
        const checked = this.#check(bytes, start, end, now)
        if (checked < end) this.#keep(bytes, checked, end)
      } else {
        this.#keep(bytes, start, end)
        const checked = this.#check(this.#kept, 0, this.#keptEnd, now)
        this.#kept.copyWithin(0, checked, this.#keptEnd)
        this.#keptEnd -= checked
      }
    } catch (error) {
      this.#owner.fail(error as LoadError)
      return
    }
    if (this.#inFlight < before) this.#owner.answered(this, now)
  }

  /** Check whole replies in `bytes[start, end)`; returns where they end. */
  #check(bytes: Buffer, start: number, end: number, now: number): number {
    const { recording } = this.#owner
    const { memoLength } = this.#codec
    let at = start
    while (at < end) {
      if (this.#inFlight === 0) throw wrongReply('nothing, as nothing is asked', bytes, at, end)
      const oldest = this.#oldest
      const next = this.#codec.check(bytes, at, end, this.#memos, oldest * memoLength)
      if (next === INCOMPLETE) break
      at = next
      recording?.record(now - this.#due[oldest]!)
      this.#oldest = oldest + 1 === this.#depth ? 0 : oldest + 1
      this.#inFlight--
    }
    return at
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const needed = this.#keptEnd + end - start
    if (needed > this.#kept.length) {
      const grown = Buffer.allocUnsafeSlow(2 * needed)
      this.#kept.copy(grown, 0, 0, this.#keptEnd)
      this.#kept = grown
    }
    bytes.copy(this.#kept, this.#keptEnd, start, end)
    this.#keptEnd = needed
  }
}

/** Bytes of memory that a connection takes for requests it has not sent. */
export function unsentBytes(maxRequestBytes: number, depth: number): number {
  return Math.max(maxRequestBytes, Math.min(depth * maxRequestBytes, MOST_UNSENT_BYTES))
}
