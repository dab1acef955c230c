/**
 * How requests of the memcache protocol are looked at, in all three dialects, to find hot keys and slow
 * requests.
 *
 * @module
 */
import type { Sight } from '@pelikan/observe'
import type { MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { type TimedCommand, memcacheTimed } from './memcache-timed.ts'

const COMMANDS = Object.keys(memcacheTimed.metrics) as TimedCommand[]
const RETRIEVING: ReadonlySet<TimedCommand> = new Set(['get', 'gets', 'gat', 'gats', 'meta_get'])
const STORING: ReadonlySet<TimedCommand> = new Set([
  ...(['set', 'add', 'replace', 'append', 'prepend', 'cas', 'meta_set'] as const),
])

const RETRIEVES = Uint8Array.from(COMMANDS, (command) => Number(RETRIEVING.has(command)))
const STORES = Uint8Array.from(COMMANDS, (command) => Number(STORING.has(command)))
/** Its requests may have words, or a password, where others have their key. */
const OTHER = COMMANDS.indexOf('other')

/** Of a value in pieces, the last one counts; one that is refused before it has arrived is not seen. */
export const memcacheSight: Sight<MemcacheRequest, MemcacheResponse> = {
  commands: COMMANDS,
  commandOf: memcacheTimed.commandOf,
  isKeyed: (request) => memcacheTimed.commandOf(request) !== OTHER,
  isMiss: (request, response) => RETRIEVES[memcacheTimed.commandOf(request)] === 1 && !response.hit,
  valueBytes: (request, response) => {
    if (response.hit) return response.valueLength
    return STORES[memcacheTimed.commandOf(request)] === 1 ? request.valueLength : 0
  },
}
