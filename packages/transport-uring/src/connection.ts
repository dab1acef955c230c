/**
 * One connection on the ring: its two halves, and how it ends.
 *
 * ```text
 *   open ──► serving ──end()──► all is sent ──► shut, lingering ──► destroyed ──► closed
 *               └───────────────────── destroy() ────────────────────►│      when nothing is under way
 * ```
 *
 * Everything that a turn sends to a connection is one operation, submitted when the turn waits. Only
 * an answer of more than {@link AT_ONCE_BYTES}, or one behind an operation that the client holds up, is
 * looked at earlier, because its session wants to know whether the client reads.
 *
 * A descriptor is closed when nothing is in flight for it: its number cannot come back before.
 *
 * @module
 */
import { Output } from '@pelikan/buffer'
import type { Connection, Peer, Receiver } from '@pelikan/core'
import {
  BUFFER_SHIFT,
  COMPLETION_BUFFER,
  COMPLETION_MORE,
  ECANCELED,
  ENOBUFS,
} from './operations.ts'
import { Receiving } from './receiving.ts'
import type { RingSide } from './ring-side.ts'
import { Sending } from './sending.ts'

/** Unsent bytes from which on `send` does not leave submitting to the end of the turn. */
const AT_ONCE_BYTES = 65_536

/**
 * How long a connection that was ended waits for the client's own end. Closing while bytes of the
 * client are unread makes the kernel reset the connection, and answers under way could be lost.
 */
const LINGER_MS = 2000

const SHUT_WR = 1
const SHUT_RDWR = 2

/** What turns do for a connection. */
export interface ConnectionTurn {
  readonly side: RingSide
  /** `connection` has `blocks` more to send. */
  readonly queued: (connection: UringConnection, blocks: number) => void
  /** Submit what `connection` has to send when the turn ends. */
  readonly markDirty: (connection: UringConnection) => void
  /** Let `connection` do what it owes its session once the completions are served. */
  readonly attend: (connection: UringConnection) => void
  /** Submit what `connection` has to send and see what of it is taken. */
  readonly submitNow: (connection: UringConnection) => void
  /** Take the completions of sending before their turn. They call no session. */
  readonly reap: () => void
  /** `connection`, which is kept at `place`, is closed, and its descriptor with it. */
  readonly forget: (connection: UringConnection, place: number) => void
}

export class UringConnection implements Connection {
  readonly id: number
  readonly output: Output
  /** The session; set once, right after it is made. */
  receiver: Receiver | undefined = undefined
  /** Whether it is in the turn's list of connections that have something to submit. */
  dirty = false
  /** Whether it is in the turn's list of connections to look after. */
  attended = false
  readonly #turn: ConnectionTurn
  readonly #side: RingSide
  readonly #fd: number
  /** Where the turn keeps it. */
  readonly #place: number
  readonly #sending: Sending
  readonly #receiving: Receiving
  #paused = false
  /** `send` has said no, so `drained` follows. */
  #owesDrained = false
  #ending = false
  #shut = false
  #clientEnded = false
  #owesEnded = false
  #destroyed = false
  #closed = false
  #linger: NodeJS.Timeout | undefined = undefined

  constructor(turn: ConnectionTurn, fd: number, id: number, place: number) {
    this.id = id
    this.output = new Output(turn.side.pool)
    this.#turn = turn
    this.#side = turn.side
    this.#fd = fd
    this.#place = place
    this.#sending = new Sending(turn.side, fd, place, id | 0)
    this.#receiving = new Receiving(turn.side, fd, place, id | 0)
  }

  get unsent(): number {
    return this.#sending.unsent
  }

  peer(): Peer | undefined {
    return this.#destroyed ? undefined : this.#side.peers.of(this.#fd)
  }

  /** Begin to receive. */
  open(): void {
    if (!this.#destroyed && !this.#paused) this.#receive()
  }

  send(): boolean {
    const sending = this.#sending
    if (this.output.length > 0) this.#queue()
    if (sending.unsent === 0) return true
    // What was in flight may have been taken, and the completion be there.
    if (sending.isActive) this.#turn.reap()
    if (sending.unsent > AT_ONCE_BYTES && !sending.isActive) this.#turn.submitNow(this)
    else if (!sending.isActive) return true
    this.#owesDrained = sending.unsent > 0
    return !this.#owesDrained
  }

  pause(): void {
    this.#paused = true
    if (!this.#destroyed) this.#receiving.stop()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#turn.attend(this)
  }

  end(): void {
    if (this.#ending) return
    this.#ending = true
    if (this.output.length > 0) this.#queue()
    this.#turn.attend(this)
  }

  destroy(): void {
    if (this.#destroyed) return
    const sending = this.#sending
    this.output.clear()
    // What this turn has answered belongs to the client, as far as the network takes it.
    if (sending.unsent > 0 && !sending.isActive) this.#turn.submitNow(this)
    this.#destroyed = true
    // Ends every operation of the connection; the kernel reads no more output.
    this.#side.native.shutdown(this.#fd, SHUT_RDWR)
    if (sending.isActive) this.#turn.submitNow(this)
    sending.drop()
    this.#receiving.drop()
    this.#turn.attend(this)
  }

  /** Make an operation of what is queued, if none is in flight. */
  submit(): void {
    if (!this.#destroyed) this.#sending.submit()
  }

  /** The operation that sends is over. Calls no session. */
  sendCompleted(result: number): void {
    const sending = this.#sending
    if (result < 0 || this.#destroyed) {
      sending.failed()
      if (this.#destroyed) this.#turn.attend(this)
      else this.#fail()
      return
    }
    sending.completed(result)
    if (sending.unsent > 0) this.#turn.markDirty(this)
    else if (this.#owesDrained || this.#ending) this.#turn.attend(this)
  }

  /** Something has arrived, or an end, or nothing will any more. */
  receiveCompleted(result: number, flags: number): void {
    const receiving = this.#receiving
    if ((flags & COMPLETION_MORE) === 0) receiving.isActive = false
    if ((flags & COMPLETION_BUFFER) !== 0) {
      this.#takeBuffer(flags >>> BUFFER_SHIFT, result)
    } else if (result === 0) {
      this.#clientEnded = true
      this.#owesEnded = true
      this.#turn.attend(this)
    } else if (result === ENOBUFS) {
      this.#side.metrics.starved.increment()
    } else if (result < 0 && result !== ECANCELED && !this.#destroyed) {
      this.#fail()
    }
    if (receiving.isActive) return
    if (this.#destroyed) this.#turn.attend(this)
    else if (!this.#paused) this.#receive()
  }

  /** What a turn owes its session: between the completions, never inside another call of it. */
  attend(): void {
    if (!this.#destroyed) this.#deliver()
    if (!this.#destroyed && this.#owesDrained && this.unsent === 0) {
      this.#owesDrained = false
      this.receiver?.drained()
    }
    if (this.#ending && !this.#destroyed) this.#finish()
    if (this.#destroyed && !this.#receiving.isActive && !this.#sending.isActive) this.#close()
  }

  /** A receive buffer with `length` bytes is lent. */
  #takeBuffer(id: number, length: number): void {
    const { buffers } = this.#side
    try {
      if (length > 0) this.#take(buffers.bytes, id * buffers.size, id * buffers.size + length)
    } finally {
      buffers.give(id)
    }
  }

  /** Bytes of the client: for its session, or kept until it takes some again. */
  #take(bytes: Buffer, start: number, end: number): void {
    const receiving = this.#receiving
    receiving.count(end - start)
    if (this.#ending || this.#destroyed) return
    if (this.#paused || receiving.isHolding) receiving.hold(bytes, start, end)
    else this.receiver?.receive(bytes, start, end)
  }

  /** What was held, in its order with the end of the client behind it. */
  #deliver(): void {
    const receiving = this.#receiving
    while (!this.#paused && receiving.isHolding) {
      receiving.deliver((bytes) => {
        if (!this.#ending) this.receiver?.receive(bytes, 0, bytes.length)
      })
      if (this.#destroyed) return
    }
    if (this.#paused) return
    if (this.#owesEnded) {
      this.#owesEnded = false
      this.receiver?.ended()
    }
    if (!this.#destroyed) this.#receive()
  }

  #receive(): void {
    if (!this.#clientEnded) this.#receiving.arm()
  }

  #queue(): void {
    this.#side.metrics.bytesSent.add(this.output.length)
    if (this.#destroyed) this.output.clear()
    else this.#turn.queued(this, this.#sending.take(this.output))
  }

  /** Everything is sent: say so to the client, and wait a while for its own end. */
  #finish(): void {
    if (this.#paused) {
      this.#paused = false
      this.#receiving.drop()
      this.#receive()
    }
    if (this.unsent > 0) {
      this.#turn.markDirty(this)
      return
    }
    if (this.#clientEnded) {
      this.destroy()
      return
    }
    if (this.#shut) return
    this.#shut = true
    this.#side.native.shutdown(this.#fd, SHUT_WR)
    this.#linger = setTimeout(() => this.destroy(), LINGER_MS).unref()
  }

  /** The network has given the connection up. */
  #fail(): void {
    this.#sending.drop()
    this.destroy()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#linger)
    this.output.clear()
    this.#side.native.close(this.#fd)
    this.#turn.forget(this, this.#place)
    this.receiver?.closed()
  }
}
