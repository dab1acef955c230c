/**
 * Turn after turn: submit what the last one answered, wait, serve what has come.
 *
 * ```text
 *   submit every dirty connection ─► enter: submit, wait ─► completions ─► attention ─► deferred
 * ```
 *
 * @module
 */
import type { Connection, Receiver } from '@pelikan/core'
import { type ConnectionTurn, UringConnection } from './connection.ts'
import { high, low } from './memory.ts'
import { NodeLoop } from './node-loop.ts'
import { BUFFER_SHIFT, COMPLETION_BUFFER, KIND_MASK, Kind, ownerOf } from './operations.ts'
import type { RingSide } from './ring-side.ts'
import type { SocketAddress } from './socket-address.ts'
import type { Sockets } from './socket.ts'

/** Blocks that wait for the end of the turn at most: 1 MiB. */
const QUEUED_BLOCKS = 64

/** What a ring works for beside connections: a socket that listens, one that connects. */
export interface Waiter {
  readonly completed: (result: number, flags: number) => void
}

export class Turn implements ConnectionTurn {
  readonly side: RingSide
  /** Told that a descriptor was closed. */
  onDescriptorFree: () => void = () => {}
  readonly #loop = new NodeLoop()
  readonly #connections: (UringConnection | undefined)[] = []
  readonly #freePlaces: number[] = []
  readonly #waiters = new Map<number, Waiter>()
  #open = 0
  #lastId = 0
  readonly #dirty: UringConnection[] = []
  readonly #attention: UringConnection[] = []
  readonly #deferred: (() => void)[] = []
  #queuedBlocks = 0
  /** Whether the ring watches what libuv waits for. */
  #watching = false
  #immediate: NodeJS.Immediate | undefined = undefined
  #whenIdle: (() => void) | undefined = undefined

  constructor(side: RingSide) {
    this.side = side
  }

  /** A socket is connected: make its connection. */
  connected(fd: number, serve: (connection: Connection) => Receiver): UringConnection {
    const place = this.#freePlaces.pop() ?? this.#connections.length
    const connection = new UringConnection(this, fd, ++this.#lastId, place)
    this.#connections[place] = connection
    this.#open++
    this.side.metrics.open.add(1)
    connection.receiver = serve(connection)
    connection.open()
    this.#schedule()
    return connection
  }

  /** A connection is closed, and its descriptor with it. */
  forget(connection: UringConnection, place: number): void {
    if (this.#connections[place] !== connection) return
    this.#connections[place] = undefined
    this.#freePlaces.push(place)
    this.#open--
    this.side.metrics.closed.increment()
    this.side.metrics.open.add(-1)
    this.onDescriptorFree()
  }

  /** Connect `fd`; resolves with 0 or a negative errno. */
  connect(fd: number, sockets: Sockets, address: SocketAddress): Promise<number> {
    return new Promise((resolve) => {
      const owner = this.expect({
        completed: (result) => {
          this.expectNoMore(owner)
          resolve(result)
        },
      })
      sockets.write(address)
      const at = sockets.address
      this.side.operations.connect(fd, owner, 0, low(at), high(at), address.bytes.length)
      // The kernel reads the address when it takes the entry, and the next call writes over it.
      this.side.enter(0)
    })
  }

  /** Completions of operations of `waiter` go to it; returns the number to name it by. */
  expect(waiter: Waiter): number {
    const owner = ++this.#lastId & 0x7ff_ffff
    this.#waiters.set(owner, waiter)
    this.#schedule()
    return owner
  }

  expectNoMore(owner: number): void {
    this.#waiters.delete(owner)
  }

  /** `connection` has `blocks` more to send. */
  queued(connection: UringConnection, blocks: number): void {
    this.markDirty(connection)
    this.#queuedBlocks += blocks
    if (this.#queuedBlocks < QUEUED_BLOCKS) return
    this.#submitDirty()
    this.side.enter(0)
    this.reap()
  }

  /** Submit what `connection` has to send when the turn ends. */
  markDirty(connection: UringConnection): void {
    if (connection.dirty) return
    connection.dirty = true
    this.#dirty.push(connection)
  }

  /** Let `connection` do what it owes its session once the completions are served. */
  attend(connection: UringConnection): void {
    if (connection.attended) return
    connection.attended = true
    this.#attention.push(connection)
  }

  /** Call `callback` at the end of the next turn. */
  defer(callback: () => void): void {
    if (this.side.ring.closed) {
      setImmediate(callback)
      return
    }
    this.#deferred.push(callback)
    this.#schedule()
  }

  /** Submit what `connection` has to send and see what of it is taken. */
  submitNow(connection: UringConnection): void {
    connection.submit()
    this.side.enter(0)
    this.reap()
  }

  /** Take the completions of sending before their turn. They call no session. */
  reap(): void {
    const { ring } = this.side
    const { words } = ring
    for (let ahead = 0; ahead < ring.waiting; ahead++) {
      const at = ring.peek(ahead)
      const userData = words[at]!
      if ((userData & KIND_MASK) !== Kind.Send) continue
      words[at] = Kind.None
      const connection = this.#connections[ownerOf(userData)]
      if (connection !== undefined && (connection.id | 0) === words[at + 1]) {
        connection.sendCompleted(words[at + 2]!)
      }
    }
  }

  *connections(): Iterable<UringConnection> {
    for (const connection of this.#connections) if (connection !== undefined) yield connection
  }

  /** Resolves when nothing is connected or waited for; the ring is closed then. */
  async close(): Promise<void> {
    if (this.#busy) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve
      })
    }
    if (this.#immediate !== undefined) clearImmediate(this.#immediate)
    this.#immediate = undefined
    this.#loop.stop()
    this.side.ring.close()
  }

  get #busy(): boolean {
    return this.#open > 0 || this.#waiters.size > 0 || this.#deferred.length > 0
  }

  #schedule(): void {
    if (this.#immediate !== undefined) return
    this.#loop.start()
    this.#immediate = setImmediate(this.#run)
  }

  readonly #run = (): void => {
    const next = setImmediate(this.#run)
    this.#immediate = next
    try {
      this.#take(next)
    } finally {
      if (!this.#busy) {
        clearImmediate(next)
        this.#immediate = undefined
        this.#loop.stop()
        this.#whenIdle?.()
      }
    }
  }

  /** @param next the immediate of the next turn */
  #take(next: NodeJS.Immediate): void {
    const { ring } = this.side
    const due = this.#deferred.length
    this.#submitDirty()
    const waits = due === 0 && this.#attention.length === 0 && !ring.ready
    const patience = waits ? this.#loop.patience(next) : 0
    if (patience > 0 && !this.#watching) {
      this.#watching = true
      this.side.operations.wake(this.#loop.fd)
    }
    this.side.metrics.turns.increment()
    this.side.enter(patience)
    // Only so many: serving may let the kernel add more, and others have their turn too.
    for (let left = ring.waiting; left > 0; left--) {
      const at = ring.next()
      const { words } = ring
      this.#complete(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
    }
    for (let left = this.#attention.length; left > 0; left--) {
      const connection = this.#attention.shift()!
      connection.attended = false
      connection.attend()
    }
    for (let left = due; left > 0; left--) this.#deferred.shift()!()
  }

  #submitDirty(): void {
    let connection: UringConnection | undefined
    while ((connection = this.#dirty.pop()) !== undefined) {
      connection.dirty = false
      connection.submit()
    }
    this.#queuedBlocks = 0
  }

  #complete(userData: number, generation: number, result: number, flags: number): void {
    const kind = userData & KIND_MASK
    if (kind === Kind.Receive || kind === Kind.Send) {
      const connection = this.#connections[ownerOf(userData)]
      if (connection === undefined || (connection.id | 0) !== generation) {
        if ((flags & COMPLETION_BUFFER) !== 0) this.side.buffers.give(flags >>> BUFFER_SHIFT)
      } else if (kind === Kind.Receive) {
        connection.receiveCompleted(result, flags)
      } else {
        connection.sendCompleted(result)
      }
    } else if (kind === Kind.Wake) {
      this.#watching = false
    } else if (kind !== Kind.None) {
      this.#waiters.get(ownerOf(userData))?.completed(result, flags)
    }
  }
}
