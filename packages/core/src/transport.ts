/**
 * The contract between a worker and what carries its bytes. A transport knows bytes and connections
 * only; a worker knows no sockets.
 *
 * @module
 */
import type { Output } from '@pelikan/buffer'

/** Where to listen: a TCP address or the path of a Unix socket. */
export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | {
      readonly path: string
      readonly mode?: number
      /**
       * The listening socket, in what {@link Transport.listen} returned to the transport that `open`ed the
       * address: those that `join` accept from it, since a path cannot be bound twice. It stays that
       * transport's own; nobody else closes it.
       */
      readonly descriptor?: number
    }

/** How transports on several threads of one process listen at one address. */
export interface ListenOptions {
  /**
   * `open`: be the first of them. An address that anybody listens at, another process too, is refused.
   * `join`: be another one; the address is what the first one's `listen` returned. The system spreads
   * connections over all of them.
   *
   * TCP is shared by `SO_REUSEPORT`, which would let another process in as well: the first one tries to
   * bind without it. Without `share`, nobody else can listen at the address.
   */
  readonly share?: 'open' | 'join'
}

/** The address of a client. */
export interface Peer {
  readonly host: string
  readonly port: number
}

/** One connection, as its session sees it. */
export interface Connection {
  /** Different from every other connection of this transport, closed ones included. */
  readonly id: number
  /** What is about to be sent. It holds memory only between the first write and the end of sending. */
  readonly output: Output
  /** Bytes that were sent and that the network has not taken. */
  readonly unsent: number
  /**
   * Who is at the other end, which the system is asked for; `undefined` where that has no address, as at a
   * Unix socket, or is gone.
   */
  readonly peer: () => Peer | undefined
  /**
   * Hand everything in `output` to the network.
   *
   * @returns whether all of it was taken, or is little and goes out when the turn ends, before anything
   * waits; if not, {@link Receiver.drained} follows when it is.
   */
  readonly send: () => boolean
  /** Receive no more until {@link Connection.resume}. */
  readonly pause: () => void
  readonly resume: () => void
  /** Send what is unsent, then close. Nothing more is received. */
  readonly end: () => void
  /** Close at once; output memory is given back before this returns. */
  readonly destroy: () => void
}

/** What a transport tells the session of a connection. */
export interface Receiver {
  /** Bytes have arrived: `bytes[start, end)`, lent until this returns. */
  readonly receive: (bytes: Buffer, start: number, end: number) => void
  /** The network has taken everything that was sent. */
  readonly drained: () => void
  /** The client will send no more; it may still read. */
  readonly ended: () => void
  /** The connection is gone, for whatever reason. The last call. */
  readonly closed: () => void
}

export interface Transport {
  /** Short name for logs, such as `"net"`. */
  readonly name: string
  /**
   * Listen at `address` and call `accept` for every connection.
   *
   * Only the main thread can set the mode of a Unix socket before somebody may connect; for a transport on
   * another thread, the main thread has set its umask accordingly while this is under way.
   *
   * @returns where it listens, with the port that the system chose for port 0 and, of a path that was
   * opened to be shared, the descriptor
   */
  readonly listen: (
    address: ListenAddress,
    accept: (connection: Connection) => Receiver,
    options?: ListenOptions,
  ) => Promise<ListenAddress>
  /** Call `callback` in the next turn of the event loop, after bytes that have arrived are received. */
  readonly defer: (callback: () => void) => void
  /**
   * Call `callback` about every `milliseconds`, until the transport is closed.
   *
   * @returns ends that earlier
   */
  readonly every: (milliseconds: number, callback: () => void) => () => void
  /** Accept no more connections. Of a path that is shared, all transports stop together. */
  readonly stopListening: () => Promise<void>
  /** Stop listening, destroy what is still connected and end all timers. */
  readonly close: () => Promise<void>
}
