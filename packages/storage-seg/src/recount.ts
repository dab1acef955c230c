/**
 * What must be true of a {@link SegStorage} while every chain is open and the segment lock held, worked
 * out from the table and the bytes of the segments alone. Other threads may be about to write items
 * then: those are counted as live, pin their segment, and no slot points at them.
 *
 * @module
 */
import { NEVER } from '@pelikan/core'
import { SegError } from './errors.ts'
import { BUCKET_ITEMS, CHAIN_LENGTH_MAX } from './hash-table/bucket-layout.ts'
import { NO_SLOT } from './hash-table/hash-table.ts'
import { casOf, deadlineOf, keyLengthOf, keyStartOf, KEY_LENGTH_MAX } from './item/item-layout.ts'
import {
  NO_DEADLINE,
  NO_SEGMENT,
  SegmentState,
  type SegmentHeaders,
  type SegmentId,
} from './segments/segment-headers.ts'
import type { Segments } from './segments/segments.ts'
import type { Staging } from './writing/staging.ts'

/** The items of a segment that slots point at. */
interface Found {
  items: number
  bytes: number
}

/** @throws SegError `PELIKAN_SEG_INCONSISTENT` with what differs */
export function recount(segments: Segments, staging: Staging): void {
  const { headers } = segments
  const free = new Set(segments.free)
  expectEqual('free segments', free.size, segments.free.count)
  for (const { offset, segment } of staging) {
    const isRight =
      offset < 0
        ? headers.state(segment) === SegmentState.Staging
        : headers.holdsItems(segment) && headers.arriving(segment) > 0
    expect(isRight, `a value arrives in segment ${segment}, which is for something else`)
    expect(headers.pins(segment) > 0, `segment ${segment} has a value that arrives, and no pin`)
  }
  const found = recountTable(segments)

  let listed = 0
  let staged = 0
  let runs = 0
  let rest = 0
  let behind = 0
  let arriving = 0
  for (let i = 1; i <= segments.count; i++) {
    const id = i as SegmentId
    if (headers.arriving(id) > 0) arriving += headers.runLength(id)
    switch (headers.state(id)) {
      case SegmentState.Free:
        expect(free.has(id), `segment ${id} is free and not in the free list`)
        expect(!headers.isBusy(id), `segment ${id} is free and busy`)
        expectEqual(`bytes of free segment ${id}`, headers.writeEnd(id), 0)
        break
      case SegmentState.Staging:
        staged++
        expect(headers.pins(id) > 0, `segment ${id} holds nothing that arrives`)
        break
      case SegmentState.Live:
        listed++
        recountSegment(segments, id, found.get(id) ?? { items: 0, bytes: 0 })
        break
      case SegmentState.Run:
        runs++
        behind += recountRun(segments, id)
        recountSegment(segments, id, found.get(id) ?? { items: 0, bytes: 0 })
        break
      case SegmentState.Rest:
        expectEqual(`bytes of segment ${id}, of a run`, headers.writeEnd(id), 0)
        expect(!headers.isBusy(id), `segment ${id}, of a run, is busy`)
        rest++
        break
    }
    if (!headers.holdsItems(id))
      expect(!found.has(id), `slots point at segment ${id}, for no items`)
  }
  expectEqual('segments in lists', recountLists(segments), listed)
  expectEqual('segments of runs behind their heads', rest, behind)
  const all = listed + free.size + staged + runs + rest
  expectEqual('segments in every state', all, segments.count)
  expectEqual('segments where values arrive', arriving, segments.holds.arrivingSegments)
}

/** The books of a segment against what slots point at, and against its bytes. */
function recountSegment(segments: Segments, id: SegmentId, found: Found): void {
  const { headers } = segments
  const pins = headers.pins(id)
  const unlinked = headers.liveItems(id) - found.items
  const unlinkedBytes = headers.liveBytes(id) - found.bytes
  expect(unlinked >= 0 && unlinked <= pins, `segment ${id} has ${pins} pins, ${unlinked} unlinked`)
  expect(unlinkedBytes >= 0, `segment ${id} has ${unlinkedBytes} unlinked bytes`)
  expect(pins > 0 || unlinkedBytes === 0, `segment ${id} has ${unlinkedBytes} bytes of no item`)
  // Whoever has claimed it may be about to move its items, or has dropped the last one.
  if (headers.isClaimed(id)) return
  expect(found.items > 0 || headers.isBusy(id), `segment ${id} is empty and not free`)
  const room = headers.runLength(id) * segments.segmentBytes
  expect(headers.writeEnd(id) <= room, `segment ${id} is over its end`)
  walkSegment(segments, id, found)
}

/** The segments of a run belong to it; returns how many are behind the head. */
function recountRun({ headers, slabs }: Segments, head: SegmentId): number {
  const length = headers.runLength(head)
  expect(length > 1, `the run of segment ${head} has ${length} segments`)
  expect(headers.items(head) <= 1, `the run of segment ${head} has ${headers.items(head)} items`)
  for (let id = (head + 1) as SegmentId; id < head + length; id++) {
    expect(headers.state(id) === SegmentState.Rest, `segment ${id} is not of the run before it`)
    expectEqual(`head of segment ${id}`, headers.headOf(id), head)
    expect(!slabs.isFirst(id), `the run of segment ${head} has an end in another slab`)
  }
  return length - 1
}

/** From its first item to its last, one follows the other. */
function walkSegment(segments: Segments, id: SegmentId, found: Found): void {
  const { headers, slabs } = segments
  const words = slabs.words(id)
  const end = headers.writeEnd(id)
  let items = 0
  let live = 0
  let offset = 0
  for (; offset < end; items++) {
    const item = segments.wordOf(id, offset)
    const keyLength = keyLengthOf(words, item)
    expect(keyLength >= 1 && keyLength <= KEY_LENGTH_MAX, `a key has ${keyLength} bytes`)
    if (slotOf(segments, id, offset) !== NO_SLOT) {
      live++
      const deadline = deadlineOf(words, item)
      const last = deadline === NEVER ? NO_DEADLINE : deadline
      expect(last <= headers.lastDeadline(id), `segment ${id} ends before ${last}`)
    }
    offset += segments.sizeAt(id, offset)
  }
  expectEqual(`bytes of segment ${id}`, offset, end)
  expectEqual(`items of segment ${id}`, items, headers.items(id))
  expectEqual(`items of segment ${id} that are found`, live, found.items)
}

/** The slot of the item at `offset`, or `NO_SLOT` where it is dead. */
function slotOf(segments: Segments, segment: SegmentId, offset: number): number {
  const { hash, slabs, table } = segments
  const words = slabs.words(segment)
  const item = segments.wordOf(segment, offset)
  const keyStart = keyStartOf(item)
  hash.compute(slabs.bytes(segment), keyStart, keyStart + keyLengthOf(words, item))
  return table.findPlace(hash.low, segment, offset)
}

/** Returns how many segments are in lists. */
function recountLists({ headers, lists }: Segments): number {
  let active = 0
  let count = 0
  for (let list = 0; list < lists.count; list++) {
    if (lists.segments(list) === 0) {
      expect(lists.head(list) === NO_SEGMENT, `list ${list} is empty and has a head`)
      expect(lists.tail(list) === NO_SEGMENT, `list ${list} is empty and has a tail`)
      expect(lists.nextToMerge(list) === NO_SEGMENT, `list ${list} is empty and merges`)
      continue
    }
    active++
    count += recountList(list, headers, lists)
  }
  expectEqual('lists in use', active, lists.active)
  return count
}

function recountList(list: number, headers: SegmentHeaders, lists: Segments['lists']): number {
  let previous = NO_SEGMENT
  let merges = lists.nextToMerge(list) === NO_SEGMENT
  let count = 0
  for (let id = lists.head(list); id !== NO_SEGMENT; id = headers.next(id)) {
    expectEqual(`list of segment ${id}`, headers.list(id), list)
    expectEqual(`segment before ${id}`, headers.previous(id), previous)
    expect(headers.state(id) === SegmentState.Live, `segment ${id} is in a list and not live`)
    if (id === lists.nextToMerge(list)) merges = true
    previous = id
    count++
    expect(count <= headers.count, `list ${list} is a ring`)
  }
  expect(merges, `list ${list} merges next what is not in it`)
  expectEqual(`tail of list ${list}`, lists.tail(list), previous)
  expectEqual(`segments of list ${list}`, count, lists.segments(list))
  return count
}

/** Every chain; returns what is found in each segment. */
function recountTable(segments: Segments): Map<SegmentId, Found> {
  const { headers, slabs, table } = segments
  const { chains } = table
  const found = new Map<SegmentId, Found>()
  const tokens = new Set<number>()
  const places = new Set<number>()
  let overflow = 0
  let items = 0
  for (let bucket = 0; bucket < table.primaryBuckets; bucket++) {
    const chainLength = chains.length(bucket)
    if (chainLength === 0 && chains.isEmptyBucket(bucket)) continue
    expect(chainLength <= CHAIN_LENGTH_MAX, `the chain of bucket ${bucket} has ${chainLength}`)
    overflow += chainLength
    let gap = false
    const before = items
    for (const slot of chains.slotsOf(bucket)) {
      if (chains.isEmpty(slot)) {
        gap = true
        continue
      }
      expect(!gap, `bucket ${bucket} has a gap before slot ${slot}`)
      items++
      const id = table.segmentAt(slot)
      const offset = table.offsetAt(slot)
      expect(offset < headers.writeEnd(id), `slot ${slot} points behind the end of segment ${id}`)
      const place = id * segments.segmentBytes + offset
      expect(!places.has(place), `two slots point at ${offset} of segment ${id}`)
      places.add(place)
      expectEqual(`slot of the item at ${offset} of ${id}`, slotOf(segments, id, offset), slot)
      expectEqual(`bucket of slot ${slot}`, chains.bucketFor(segments.hash.low), bucket)
      expectEqual(`tag of slot ${slot}`, chains.tagAt(slot), segments.hash.high >>> 20)
      const words = slabs.words(id)
      const item = segments.wordOf(id, offset)
      const keyStart = keyStartOf(item)
      const keyEnd = keyStart + keyLengthOf(words, item)
      const { low, high } = segments.hash
      const slotOfKey = table.find(low, high, slabs.bytes(id), keyStart, keyEnd)
      expectEqual(`slot of the key of slot ${slot}`, slotOfKey, slot)
      tokens.add(casOf(words, item))
      const inSegment = found.get(id) ?? { items: 0, bytes: 0 }
      inSegment.items++
      inSegment.bytes += segments.sizeAt(id, offset)
      found.set(id, inSegment)
    }
    const most = chainLength === 0 ? 0 : chainLength * BUCKET_ITEMS
    expect(chainLength === 0 || items - before > most, `bucket ${bucket} has an empty bucket`)
  }
  const overflowBuckets = table.buckets - table.primaryBuckets
  expectEqual('overflow buckets', overflow + chains.unusedBuckets(), overflowBuckets)
  expectEqual('cas tokens', tokens.size, items)
  return found
}

function expectEqual(what: string, counted: number, recorded: number): void {
  expect(counted === recorded, `${what}: ${counted} counted, ${recorded} recorded`)
}

function expect(holds: boolean, difference: string): void {
  if (!holds) throw new SegError('PELIKAN_SEG_INCONSISTENT', difference)
}
