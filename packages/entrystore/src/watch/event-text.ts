/**
 * The lines of `watch` behind time and number, as memcached has them.
 *
 * ```text
 *   type=item_get key=KEY status=found clsid=1 cfd=16 size=5
 *   type=item_store key=KEY status=stored cmd=set ttl=0 clsid=1 cfd=16 size=5
 *   type=deleted key=KEY cmd=delete clsid=1 size=0
 *   type=eviction key=KEY fetch=no ttl=-1 la=0 clsid=1 size=5
 *   type=conn_new rip=127.0.0.1 rport=37180 transport=tcp cfd=16
 *   type=conn_close rip=127.0.0.1 rport=37180 transport=tcp reason=normal cfd=16
 * ```
 *
 * All items are of one class, 1; what is not there is of class 0. `cfd` is the number of the connection.
 *
 * @module
 */
import {
  type Clock,
  type CloseReason,
  type KeyedItem,
  Mark,
  NEVER,
  type Peer,
  Status,
  TICKS_PER_SECOND,
  type Tick,
} from '@pelikan/core'
import {
  type MemcacheRequest,
  type MemcacheResponse,
  NO_OUTCOME,
  Op,
  type Outcome,
} from '@pelikan/protocol-memcache'
import { verbs } from '../classic-commands.ts'
import type { Expiry } from '../expiry.ts'
import { exptimeOf, storedAs } from '../stored-as.ts'
import { uriEncoded } from '../uri-encoded.ts'

const STORED: Readonly<Record<Outcome, string>> = {
  [NO_OUTCOME]: 'not_stored',
  [Status.Ok]: 'stored',
  [Status.NotStored]: 'not_stored',
  [Status.Exists]: 'exists',
  [Status.NotFound]: 'not_found',
  [Status.TooLarge]: 'too_large',
  [Status.NoSpace]: 'no_memory',
  [Status.NotANumber]: 'not_stored',
}

/** A key was looked up. The size is that of the value, where it was answered. */
export function fetchText(
  request: MemcacheRequest,
  { outcome, valueLength }: MemcacheResponse,
  connection: number,
): string {
  const isFound = outcome !== Status.NotFound
  return (
    `type=item_get key=${keyOf(request)} status=${isFound ? 'found' : 'not_found'} ` +
    `clsid=${isFound ? 1 : 0} cfd=${connection} size=${valueLength}`
  )
}

/** A value was stored, or not. The size is that of the data; the TTL, in seconds, what was asked for. */
export function storeText(
  request: MemcacheRequest,
  { outcome }: MemcacheResponse,
  connection: number,
  expiry: Expiry,
  clock: Clock,
): string {
  const isTooLarge = outcome === Status.TooLarge || outcome === Status.NoSpace
  const deadline = expiry.deadline(exptimeOf(request))
  const ttl = deadline === NEVER ? 0 : secondsLeft(deadline, clock)
  return (
    `type=item_store key=${keyOf(request)} status=${STORED[outcome]} ` +
    `cmd=${verbs[storedAs(request)]} ttl=${ttl} clsid=${isTooLarge ? 0 : 1} ` +
    `cfd=${connection} size=${isTooLarge ? 0 : request.valueLength}`
  )
}

/** A key was deleted. How large its value was, nobody looked. */
export function deletedText(request: MemcacheRequest): string {
  const command = request.op === Op.MetaDelete ? 'md' : 'delete'
  return `type=deleted key=${keyOf(request)} cmd=${command} clsid=1 size=0`
}

/** An item went to make room. `la` is in seconds, as far as the storage knows. */
export function evictionText(item: KeyedItem, clock: Clock): string {
  const key = uriEncoded(item.bytes.toString('latin1', item.keyStart, item.keyEnd))
  const fetched = (item.marks & Mark.Fetched) === 0 ? 'no' : 'yes'
  const ttl = item.deadline === NEVER ? -1 : secondsLeft(item.deadline, clock)
  const idle = Math.floor((clock.now - item.lastAccess) / TICKS_PER_SECOND)
  return (
    `type=eviction key=${key} fetch=${fetched} ttl=${ttl} la=${idle} ` +
    `clsid=1 size=${item.end - item.start}`
  )
}

export function openedText(number: number, address: string): string {
  return `type=conn_new ${address} cfd=${number}`
}

/** @param address what {@link addressOf} gave, while the connection was there */
export function closedText(number: number, address: string, reason: CloseReason): string {
  return `type=conn_close ${address} reason=${reason} cfd=${number}`
}

/** Who is at the other end of a connection that is open. */
export function addressOf(peer: Peer | undefined): string {
  return peer === undefined
    ? 'rip=unix rport=0 transport=local'
    : `rip=${peer.host} rport=${peer.port} transport=tcp`
}

/** Nobody has asked while the connection was open. */
export const UNKNOWN_ADDRESS = 'rip=unknown rport=0 transport=tcp'

function keyOf({ key, keyEnd, keyStart }: MemcacheRequest): string {
  return uriEncoded(key.toString('latin1', keyStart, keyEnd))
}

function secondsLeft(deadline: Tick, clock: Clock): number {
  return Math.ceil((deadline - clock.now) / TICKS_PER_SECOND)
}
