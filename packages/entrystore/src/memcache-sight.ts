/**
 * How requests of the memcache protocol are looked at, in all three dialects, to find hot keys and slow
 * requests.
 *
 * @module
 */
import type { Sight } from '@pelikan/observe'
import type { MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { KeyUse, useOf } from './key-use.ts'
import { TIMED_COMMANDS, memcacheTimed } from './memcache-timed.ts'

/** Its requests may have words, or a password, where others have their key. */
const OTHER = TIMED_COMMANDS.indexOf('other')

/** Of a value in pieces, the last one counts; one that is refused before it has arrived is not seen. */
export const memcacheSight: Sight<MemcacheRequest, MemcacheResponse> = {
  commands: TIMED_COMMANDS,
  commandOf: memcacheTimed.commandOf,
  isKeyed: (request) => memcacheTimed.commandOf(request) !== OTHER,
  isMiss: (request, response) => useOf(request) === KeyUse.Get && !response.hit,
  valueBytes: (request, response) => {
    if (response.hit) return response.valueLength
    const isSeen = memcacheTimed.commandOf(request) >= 0
    return isSeen && useOf(request) === KeyUse.Store ? request.valueLength : 0
  },
}
