import { counter, gauge, type MetricDefinition } from '@pelikan/metrics'

/** What a {@link SegStorage} counts; the names are Pelikan's. */
export const segMetrics: {
  readonly segmentRequest: MetricDefinition<'counter'>
  readonly segmentRequestSuccess: MetricDefinition<'counter'>
  readonly segmentRequestFailure: MetricDefinition<'counter'>
  readonly segmentEvict: MetricDefinition<'counter'>
  readonly segmentEvictEx: MetricDefinition<'counter'>
  readonly segmentReturn: MetricDefinition<'counter'>
  readonly segmentMerge: MetricDefinition<'counter'>
  readonly segmentClear: MetricDefinition<'counter'>
  readonly segmentExpire: MetricDefinition<'counter'>
  readonly clearTime: MetricDefinition<'counter'>
  readonly expireTime: MetricDefinition<'counter'>
  readonly evictTime: MetricDefinition<'counter'>
  readonly segmentFree: MetricDefinition<'gauge'>
  readonly segmentCurrent: MetricDefinition<'gauge'>
  readonly segmentBytes: MetricDefinition<'gauge'>
  readonly hashLookup: MetricDefinition<'counter'>
  readonly hashInsert: MetricDefinition<'counter'>
  readonly hashInsertEx: MetricDefinition<'counter'>
  readonly hashRemove: MetricDefinition<'counter'>
  readonly hashTagCollision: MetricDefinition<'counter'>
  readonly itemAllocate: MetricDefinition<'counter'>
  readonly itemReplace: MetricDefinition<'counter'>
  readonly itemDelete: MetricDefinition<'counter'>
  readonly itemExpire: MetricDefinition<'counter'>
  readonly itemEvict: MetricDefinition<'counter'>
  readonly itemExpireUnfetched: MetricDefinition<'counter'>
  readonly itemEvictUnfetched: MetricDefinition<'counter'>
  readonly itemFlush: MetricDefinition<'counter'>
  readonly itemCompacted: MetricDefinition<'counter'>
  readonly itemRelink: MetricDefinition<'counter'>
  readonly itemCurrent: MetricDefinition<'gauge'>
  readonly itemCurrentBytes: MetricDefinition<'gauge'>
  readonly itemDead: MetricDefinition<'gauge'>
  readonly itemDeadBytes: MetricDefinition<'gauge'>
} = {
  segmentRequest: counter('segment_request', 'segments', 'Free segments asked for.'),
  segmentRequestSuccess: counter('segment_request_success', 'segments', 'Free segments got.'),
  segmentRequestFailure: counter(
    'segment_request_failure',
    'segments',
    'Requests that found no free segment and could evict none.',
  ),
  segmentEvict: counter('segment_evict', 'evictions', 'Times the eviction policy was asked.'),
  segmentEvictEx: counter('segment_evict_ex', 'evictions', 'Times it could free nothing.'),
  segmentReturn: counter('segment_return', 'segments', 'Segments that became free.'),
  segmentMerge: counter('segment_merge', 'merges', 'Merges of segments into one.'),
  segmentClear: counter('segment_clear', 'segments', 'Segments freed because of a flush.'),
  segmentExpire: counter('segment_expire', 'segments', 'Segments freed whole after their time.'),
  clearTime: counter('clear_time', 'nanoseconds', 'Time spent dropping everything.'),
  expireTime: counter('expire_time', 'nanoseconds', 'Time spent freeing what has expired.'),
  evictTime: counter('evict_time', 'nanoseconds', 'Time spent evicting.'),
  segmentFree: gauge('segment_free', 'segments', 'Free segments.'),
  segmentCurrent: gauge('segment_current', 'segments', 'All segments.'),
  segmentBytes: gauge('segment_bytes', 'bytes', 'Bytes of all segments.'),
  hashLookup: counter('hash_lookup', 'lookups', 'Keys looked up.'),
  hashInsert: counter('hash_insert', 'items', 'Items put into the table.'),
  hashInsertEx: counter('hash_insert_ex', 'items', 'Items that found their chain full.'),
  hashRemove: counter('hash_remove', 'items', 'Items taken out of the table.'),
  hashTagCollision: counter(
    'hash_tag_collision',
    'lookups',
    'Items met that have the tag of the key and are another.',
  ),
  itemAllocate: counter('item_allocate', 'items', 'Items written into a segment.'),
  itemReplace: counter('item_replace', 'items', 'Items replaced by a new state of them.'),
  itemDelete: counter('item_delete', 'items', 'Items deleted by a client.'),
  itemExpire: counter('item_expire', 'items', 'Items dropped because their time was over.'),
  itemEvict: counter('item_evict', 'items', 'Live items dropped to make room.'),
  itemExpireUnfetched: counter(
    'item_expire_unfetched',
    'items',
    'Items dropped because their time was over that were never read.',
  ),
  itemEvictUnfetched: counter(
    'item_evict_unfetched',
    'items',
    'Live items dropped to make room that were never read.',
  ),
  itemFlush: counter('item_flush', 'items', 'Items dropped because of a flush.'),
  itemCompacted: counter('item_compacted', 'items', 'Items moved within their segment.'),
  itemRelink: counter('item_relink', 'items', 'Items moved to another segment.'),
  itemCurrent: gauge('item_current', 'items', 'Items kept, the expired not yet met included.'),
  itemCurrentBytes: gauge('item_current_bytes', 'bytes', 'Bytes of the items kept.'),
  itemDead: gauge('item_dead', 'items', 'Items that are gone but still take room.'),
  itemDeadBytes: gauge('item_dead_bytes', 'bytes', 'Bytes of the items that are gone.'),
}
