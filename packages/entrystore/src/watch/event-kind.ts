/**
 * What may be watched, as bits, under memcached's names.
 *
 * @module
 */

export const EventKind = {
  /** Keys that are asked for. */
  Fetch: 1,
  /** Values that are stored, or not. */
  Mutation: 2,
  /** Items that go to make room. */
  Eviction: 4,
  /** Clients that come and go. */
  Connection: 8,
  /** Keys that are deleted. */
  Deletion: 16,
  /** What memcached tells of its own parts; nothing here. */
  Nothing: 32,
} as const

export type EventKind = (typeof EventKind)[keyof typeof EventKind]

/** How many bits there are. */
export const EVENT_KINDS = 6

const NAMES: ReadonlyMap<string, EventKind> = new Map([
  ['fetchers', EventKind.Fetch],
  ['mutations', EventKind.Mutation],
  ['evictions', EventKind.Eviction],
  ['connevents', EventKind.Connection],
  ['deletions', EventKind.Deletion],
  ...(['sysevents', 'rawcmds', 'proxyreqs', 'proxyevents', 'proxyuser'] as const).map(
    (name) => [name, EventKind.Nothing] as const,
  ),
])

/** What the words of `watch` ask for, as bits; those without words for fetchers; 0 where one is unknown. */
export function kindsOf(words: readonly string[]): number {
  if (words.length === 0) return EventKind.Fetch
  let kinds = 0
  for (const word of words) {
    const kind = NAMES.get(word)
    if (kind === undefined) return 0
    kinds |= kind
  }
  return kinds
}
