import { type Entry, NO_RESERVATION } from '@pelikan/core'
import { type MemcacheRequest, Part } from '@pelikan/protocol-memcache'

/** Put what every dialect's writes have in common into `entry`: key, value and client flags. */
export function fillEntry(entry: Entry, request: MemcacheRequest): void {
  entry.key = request.key
  entry.keyStart = request.keyStart
  entry.keyEnd = request.keyEnd
  entry.value = request.value
  entry.valueStart = request.valueStart
  entry.valueEnd = request.valueEnd
  entry.reservation = request.part === Part.Whole ? NO_RESERVATION : request.reservation
  entry.flags = request.flags
}
