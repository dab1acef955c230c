/**
 * `stats conns`: who is connected to the worker that answers, and what it waits for.
 *
 * @module
 */
import { type Clock, type Connection, TICKS_PER_SECOND, type Tick } from '@pelikan/core'
import type { MemcacheResponse } from '@pelikan/protocol-memcache'

/** A connection, as somebody is told of it. */
export interface ShownConnection {
  /** Different from that of every other connection of the process. */
  readonly number: number
  readonly connection: Connection
  readonly waitsFor: 'request' | 'turn' | 'client' | 'event' | 'end'
  readonly lastReceived: Tick
}

/** Of so many an answer tells, at some 130 bytes each; of others it does not. */
const MAX_SHOWN_CONNECTIONS = 1024

/** memcached's names of what a connection waits for. */
const STATES: Readonly<Record<ShownConnection['waitsFor'], string>> = {
  request: 'conn_waiting',
  turn: 'conn_parse_cmd',
  client: 'conn_mwrite',
  event: 'conn_watch',
  end: 'conn_closing',
}

export function answerConnections(
  connections: Iterable<ShownConnection>,
  clock: Clock,
  response: MemcacheResponse,
): void {
  let shown = 0
  for (const { connection, lastReceived, number, waitsFor } of connections) {
    if (++shown > MAX_SHOWN_CONNECTIONS) return
    const peer = connection.peer()
    const idle = Math.floor((clock.now - lastReceived) / TICKS_PER_SECOND)
    response.stat(`${number}:addr`, peer === undefined ? 'unix' : `tcp:${peer.host}:${peer.port}`)
    response.stat(`${number}:state`, STATES[waitsFor])
    response.stat(`${number}:secs_since_last_cmd`, idle)
  }
}
