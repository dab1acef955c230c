/**
 * Step 5: put the storage under a protocol. Nothing of memcache is in the storage, and nothing of the
 * storage in memcache: `memcacheStore` speaks to any `KeyValueStorage`, so a new one serves every
 * command of the protocol as soon as it keeps the contract.
 *
 * Loading this module does nothing: parts are factories, called when the server starts.
 *
 * @module
 */
import { memcacheMetrics, memcacheStore } from '@pelikan/entrystore'
import { MemcacheParser, MemcacheResponse } from '@pelikan/protocol-memcache'
import { defineParts } from '@pelikan/server'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { MapStorage } from './map-storage.ts'

/** With {@link ITEM_SIZE_MAX}: at most 64 MiB of keys and values. */
export const ITEMS_MAX = 1024
const ITEM_SIZE_MAX = 64 * 1024

export const parts = defineParts({
  name: 'custom-storage',
  /** The clock is the server's: it stands still during a turn, and a test can hold it. */
  storage: ({ clock }) =>
    new MapStorage({ clock, itemsMax: ITEMS_MAX, itemSizeMax: ITEM_SIZE_MAX }),
  parser: () => new MemcacheParser(),
  response: () => new MemcacheResponse(),
  execute: (storage, { clock, metrics }) =>
    memcacheStore(storage, { clock, metrics, version: '0.1.0' }),
  transport: (context) => new NetTransport(context),
  /** Every group that a part counts with. This storage counts nothing; one that does adds its own. */
  metrics: [memcacheMetrics, netMetrics],
})
