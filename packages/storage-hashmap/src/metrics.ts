import { counter, gauge, type MetricDefinition } from '@pelikan/metrics'

/** What a {@link HashMapStorage} counts. */
export const hashMapMetrics: {
  readonly itemCurrent: MetricDefinition<'gauge'>
  readonly itemCurrentBytes: MetricDefinition<'gauge'>
  readonly itemReservedBytes: MetricDefinition<'gauge'>
  readonly itemSpareBytes: MetricDefinition<'gauge'>
  readonly itemLimitBytes: MetricDefinition<'gauge'>
  readonly itemStore: MetricDefinition<'counter'>
  readonly itemEvict: MetricDefinition<'counter'>
  readonly itemEvictUnfetched: MetricDefinition<'counter'>
  readonly itemExpire: MetricDefinition<'counter'>
  readonly itemExpireUnfetched: MetricDefinition<'counter'>
  readonly itemReclaim: MetricDefinition<'counter'>
  readonly itemFlush: MetricDefinition<'counter'>
  readonly itemLookupExpired: MetricDefinition<'counter'>
  readonly itemLookupFlushed: MetricDefinition<'counter'>
} = {
  itemCurrent: gauge('item_current', 'items', 'Items kept, the dead ones not yet met included.'),
  itemCurrentBytes: gauge('item_current_bytes', 'bytes', 'Memory charged for the items kept.'),
  itemReservedBytes: gauge(
    'item_reserved_bytes',
    'bytes',
    'Memory charged for values that are still arriving.',
  ),
  itemSpareBytes: gauge(
    'item_spare_bytes',
    'bytes',
    'Memory charged for items that are gone and kept for reuse.',
  ),
  itemLimitBytes: gauge('item_limit_bytes', 'bytes', 'The memory limit.'),
  itemStore: counter('item_store', 'items', 'Items stored, replacements included.'),
  itemEvict: counter('item_evict', 'items', 'Live items dropped to make room.'),
  itemEvictUnfetched: counter(
    'item_evict_unfetched',
    'items',
    'Items dropped to make room that were never read.',
  ),
  itemExpire: counter('item_expire', 'items', 'Items dropped because their time was over.'),
  itemExpireUnfetched: counter(
    'item_expire_unfetched',
    'items',
    'Items dropped because their time was over that were never read.',
  ),
  itemReclaim: counter(
    'item_reclaim',
    'items',
    'Dead items dropped while making room, so that no live one had to go.',
  ),
  itemFlush: counter('item_flush', 'items', 'Items dropped because of a flush.'),
  itemLookupExpired: counter(
    'item_lookup_expired',
    'lookups',
    'Operations that found their item expired.',
  ),
  itemLookupFlushed: counter(
    'item_lookup_flushed',
    'lookups',
    'Operations that found their item flushed.',
  ),
}
