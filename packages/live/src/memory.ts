/**
 * What the memory of a server is used for, from its metrics.
 *
 * @module
 */

export interface MemoryPart {
  /** For people: `live`, `dead`, `unfilled`, `free`, or what the process has. */
  readonly name: string
  readonly bytes: number
}

export interface Memory {
  /** Of what the parts are the parts. */
  readonly whole: 'items' | 'process'
  /** The limit of the storage, or what the process has in memory. */
  readonly bytes: number
  /** Share of `bytes` that is in use, from 0 to 1. */
  readonly used: number
  /** They add up to `bytes`, the free one last. */
  readonly parts: readonly MemoryPart[]
}

/** @param totals of a sample */
export function memoryOf(totals: Readonly<Record<string, number>>): Memory {
  const read = (name: string): number => totals[name] ?? 0
  if (read('segment_bytes') > 0) return segments(read)
  if (read('item_limit_bytes') > 0) return items(read)
  const heap = Math.min(read('heap_used'), read('ru_rss'))
  return whole('process', read('ru_rss'), [{ name: 'heap', bytes: heap }], 'other')
}

/** Segments: what lives, what is dead and still there, the ends of segments that nothing is in, free ones. */
function segments(read: (name: string) => number): Memory {
  const bytes = read('segment_bytes')
  const free = (bytes / read('segment_current')) * read('segment_free')
  const live = Math.min(read('item_current_bytes'), bytes - free)
  const dead = Math.min(read('item_dead_bytes'), bytes - free - live)
  return whole(
    'items',
    bytes,
    [
      { name: 'live', bytes: live },
      { name: 'dead', bytes: dead },
      { name: 'unfilled', bytes: bytes - free - live - dead },
    ],
    'free',
  )
}

function items(read: (name: string) => number): Memory {
  return whole(
    'items',
    read('item_limit_bytes'),
    [
      { name: 'live', bytes: read('item_current_bytes') },
      { name: 'arriving', bytes: read('item_reserved_bytes') },
      { name: 'spare', bytes: read('item_spare_bytes') },
    ],
    'free',
  )
}

function whole(
  of: Memory['whole'],
  bytes: number,
  parts: readonly MemoryPart[],
  rest: string,
): Memory {
  const sum = parts.reduce((total, part) => total + part.bytes, 0)
  const left = Math.max(bytes - sum, 0)
  return {
    whole: of,
    bytes,
    used: bytes === 0 ? 0 : (bytes - (rest === 'free' ? left : 0)) / bytes,
    parts: [...parts, { name: rest, bytes: left }],
  }
}
