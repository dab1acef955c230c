/**
 * One connection on the ring.
 *
 * ```text
 *   output ──send()──► queued ──submit()──► in flight ──completion──► pool
 *                      this turn's          the kernel reads them: neither moved nor used again
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
import { type Block, Output } from '@pelikan/buffer'
import type { Connection, Receiver } from '@pelikan/core'
import type { PinnedBlock } from './memory.ts'
import {
  BUFFER_SHIFT,
  COMPLETION_BUFFER,
  COMPLETION_MORE,
  ECANCELED,
  ENOBUFS,
  Kind,
} from './operations.ts'
import type { Turn } from './turn.ts'

/** Unsent bytes from which on `send` does not leave submitting to the end of the turn. */
const AT_ONCE_BYTES = 65_536

/**
 * How long a connection that was ended waits for the client's own end. Closing while bytes of the
 * client are unread makes the kernel reset the connection, and answers under way could be lost.
 */
const LINGER_MS = 2000

/**
 * An operation that goes on after a piece fills every receive buffer at once where a client floods. So
 * it is for clients that have sent so many small pieces; others get one buffer at a time.
 */
const SMALL_PIECES = 8
/** The same, after something arrived that the session did not want yet. */
const WANTED_PIECES = 256

const SHUT_WR = 1
const SHUT_RDWR = 2

export class UringConnection implements Connection {
  readonly id: number
  readonly output: Output
  /** Bytes in `queued` and in flight. */
  unsent = 0
  /** The session; set once, right after it is made. */
  receiver: Receiver | undefined = undefined
  /** Whether it is in the turn's list of connections that have something to submit. */
  dirty = false
  /** Whether it is in the turn's list of connections to look after. */
  attended = false
  readonly #turn: Turn
  readonly #fd: number
  /** Where the turn keeps it. */
  readonly #place: number
  /** What the next operation sends. */
  #queued: Block[] = []
  /** What the kernel reads now, from `#sent` in the first block on. */
  #inFlight: Block[] = []
  #sent = 0
  #sending = false
  #receiving = false
  /** Whether the operation that receives goes on after a piece. */
  #goesOn = false
  /** Pieces that are to be received one by one. */
  #wary = SMALL_PIECES
  #paused = false
  /** What arrived while it was paused. */
  readonly #held: Buffer[] = []
  /** `send` has said no, so `drained` follows. */
  #owesDrained = false
  #ending = false
  #shut = false
  #clientEnded = false
  #owesEnded = false
  #destroyed = false
  #closed = false
  #linger: NodeJS.Timeout | undefined = undefined

  constructor(turn: Turn, fd: number, id: number, place: number) {
    this.id = id
    this.output = new Output(turn.pool)
    this.#turn = turn
    this.#fd = fd
    this.#place = place
  }

  /** Begin to receive. */
  open(): void {
    if (!this.#destroyed && !this.#paused) this.#receive()
  }

  send(): boolean {
    if (this.output.length > 0) this.#queue()
    if (this.unsent === 0) return true
    // What was in flight may have been taken, and the completion be there.
    if (this.#sending) this.#turn.reap()
    if (this.unsent > AT_ONCE_BYTES && !this.#sending) this.#turn.submitNow(this)
    else if (!this.#sending) return true
    this.#owesDrained = this.unsent > 0
    return !this.#owesDrained
  }

  pause(): void {
    this.#paused = true
    if (!this.#receiving || !this.#goesOn || this.#destroyed) return
    this.#goesOn = false
    this.#turn.operations.cancel(Kind.Receive, this.#place, this.id | 0)
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
    this.output.clear()
    // What this turn has answered belongs to the client, as far as the network takes it.
    if (this.unsent > 0 && !this.#sending) this.#turn.submitNow(this)
    this.#destroyed = true
    // Ends every operation of the connection; the kernel reads no more output.
    this.#turn.native.shutdown(this.#fd, SHUT_RDWR)
    if (this.#sending) this.#turn.submitNow(this)
    this.#dropQueued()
    this.#dropHeld()
    this.#turn.attend(this)
  }

  /** Make an operation of what is queued, if none is in flight. */
  submit(): void {
    if (this.#sending || this.#destroyed) return
    if (this.#inFlight.length === 0) {
      const empty = this.#inFlight
      this.#inFlight = this.#queued
      this.#queued = empty
    }
    const blocks = this.#inFlight
    if (blocks.length === 0) return
    const { operations, messages } = this.#turn
    this.#sending = true
    if (blocks.length === 1) {
      const block = blocks[0] as PinnedBlock
      const sent = this.#sent
      const address = (block.addressLow >>> 0) + sent
      const carry = address > 0xffff_ffff ? 1 : 0
      operations.send(
        this.#fd,
        this.#place,
        this.id | 0,
        address | 0,
        block.addressHigh + carry,
        block.end - sent,
      )
    } else {
      while (messages.full) this.#turn.enter(0)
      const message = messages.write(blocks as PinnedBlock[], this.#sent)
      operations.sendMessage(
        this.#fd,
        this.#place,
        this.id | 0,
        messages.addressLow(message),
        messages.addressHigh,
      )
    }
  }

  /** The operation that sends is over. Calls no session. */
  sendCompleted(result: number): void {
    this.#sending = false
    if (result < 0 || this.#destroyed) {
      this.#giveInFlight()
      if (this.#destroyed) this.#turn.attend(this)
      else this.#fail()
      return
    }
    this.unsent -= result
    let left = this.#sent + result
    const blocks = this.#inFlight
    let done = 0
    while (done < blocks.length && left >= blocks[done]!.end) {
      const block = blocks[done++]!
      left -= block.end
      this.#turn.pool.give(block)
    }
    this.#sent = left
    if (done === blocks.length) {
      // Popped one by one: an array that is cut to length 0 drops its memory.
      while (blocks.length > 0) blocks.pop()
    } else {
      blocks.splice(0, done)
    }
    if (this.unsent > 0) this.#turn.markDirty(this)
    else if (this.#owesDrained || this.#ending) this.#turn.attend(this)
  }

  /** Something has arrived, or an end, or nothing will any more. */
  receiveCompleted(result: number, flags: number): void {
    const { buffers } = this.#turn
    if ((flags & COMPLETION_MORE) === 0) this.#receiving = false
    if ((flags & COMPLETION_BUFFER) !== 0) {
      const id = flags >>> BUFFER_SHIFT
      if (result > 0) {
        if (result === buffers.size && this.#wary < SMALL_PIECES) this.#wary = SMALL_PIECES
        const start = id * buffers.size
        try {
          this.#take(buffers.bytes, start, start + result)
        } finally {
          buffers.give(id)
        }
      } else {
        buffers.give(id)
      }
    } else if (result === 0) {
      this.#clientEnded = true
      this.#owesEnded = true
      this.#turn.attend(this)
    } else if (result === ENOBUFS) {
      this.#turn.metrics.starved.increment()
    } else if (result < 0 && result !== ECANCELED && !this.#destroyed) {
      this.#fail()
    }
    if (this.#receiving) return
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
    if (this.#destroyed && !this.#receiving && !this.#sending) this.#close()
  }

  /** Bytes of the client: for its session, or kept until it takes some again. */
  #take(bytes: Buffer, start: number, end: number): void {
    this.#turn.metrics.bytesReceived.add(end - start)
    if (this.#ending || this.#destroyed) return
    if (this.#paused || this.#held.length > 0) this.#hold(bytes, start, end)
    else this.receiver?.receive(bytes, start, end)
  }

  /** Copied, so that buffers that all connections share do not wait for a slow one. */
  #hold(bytes: Buffer, start: number, end: number): void {
    const copy = Buffer.allocUnsafeSlow(end - start)
    bytes.copy(copy, 0, start, end)
    this.#turn.budget.take(copy.length)
    this.#held.push(copy)
    this.#wary = WANTED_PIECES
  }

  /** What was held, in its order with the end of the client behind it. */
  #deliver(): void {
    while (!this.#paused && this.#held.length > 0) {
      const bytes = this.#held.shift()!
      this.#turn.budget.give(bytes.length)
      try {
        if (!this.#ending) this.receiver?.receive(bytes, 0, bytes.length)
      } finally {
        free(bytes)
      }
      if (this.#destroyed) return
    }
    if (this.#paused) return
    if (this.#owesEnded) {
      this.#owesEnded = false
      this.receiver?.ended()
    }
    if (!this.#receiving && !this.#destroyed) this.#receive()
  }

  #receive(): void {
    if (this.#receiving || this.#clientEnded) return
    this.#receiving = true
    this.#goesOn = this.#wary === 0
    if (this.#wary > 0) this.#wary--
    const { operations, buffers } = this.#turn
    operations.receive(this.#fd, this.#place, this.id | 0, buffers.group, this.#goesOn)
  }

  #queue(): void {
    const bytes = this.output.length
    this.#turn.metrics.bytesSent.add(bytes)
    if (this.#destroyed) {
      this.output.clear()
      return
    }
    this.unsent += bytes
    const before = this.#queued.length
    this.output.take(this.#queued)
    this.#turn.queued(this, this.#queued.length - before)
  }

  /** Everything is sent: say so to the client, and wait a while for its own end. */
  #finish(): void {
    if (this.#paused) {
      this.#paused = false
      this.#dropHeld()
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
    this.#turn.native.shutdown(this.#fd, SHUT_WR)
    this.#linger = setTimeout(() => this.destroy(), LINGER_MS).unref()
  }

  /** The network has given the connection up. */
  #fail(): void {
    this.#dropQueued()
    this.destroy()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#linger)
    this.output.clear()
    this.#turn.native.close(this.#fd)
    this.#turn.forget(this, this.#place)
    this.receiver?.closed()
  }

  #giveInFlight(): void {
    let block: Block | undefined
    while ((block = this.#inFlight.pop()) !== undefined) this.#turn.pool.give(block)
    this.#sent = 0
    this.unsent = 0
    for (const { end } of this.#queued) this.unsent += end
  }

  #dropQueued(): void {
    let block: Block | undefined
    while ((block = this.#queued.pop()) !== undefined) this.#turn.pool.give(block)
    if (!this.#sending) this.#giveInFlight()
  }

  #dropHeld(): void {
    let bytes: Buffer | undefined
    while ((bytes = this.#held.pop()) !== undefined) {
      this.#turn.budget.give(bytes.length)
      free(bytes)
    }
  }
}

/** At once: the garbage collector may take its time, and memory would be more than the budget says. */
function free(bytes: Buffer): void {
  ;(bytes.buffer as ArrayBuffer).transfer(0)
}
