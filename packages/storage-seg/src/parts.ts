/**
 * Makes the parts of a storage for one thread, over new memory or over that of another thread.
 *
 * @module
 */
import { Metrics } from '@pelikan/metrics'
import { Allocator } from './writing/allocator.ts'
import { Arithmetic } from './writing/arithmetic.ts'
import { ChangeStep } from './writing/change-step.ts'
import { Control } from './control.ts'
import { Discarder } from './writing/discarder.ts'
import { makeEviction } from './eviction/make-eviction.ts'
import { Extender } from './writing/extender.ts'
import { WindowEviction } from './eviction/window-eviction.ts'
import { HashTable } from './hash-table/hash-table.ts'
import { SipKeyHash, type KeyHash } from './hash-table/key-hash.ts'
import { Lookup } from './lookup.ts'
import type { SegHandle, SegMemory } from './memory.ts'
import { segMetrics } from './metrics.ts'
import { NewItem } from './writing/new-item.ts'
import { SegmentSupply } from './writing/segment-supply.ts'
import { OnTerms } from './on-terms.ts'
import { OptimisticReader } from './optimistic-reader.ts'
import { checkOptions, type SegOptions } from './options.ts'
import { Random } from './random.ts'
import { Reclaim } from './segments/reclaim.ts'
import { Relocation } from './segments/relocation.ts'
import { SegmentHeaders } from './segments/segment-headers.ts'
import { SegmentLists } from './segments/segment-lists.ts'
import { Segments } from './segments/segments.ts'
import { divideMemory, type Sizing } from './sizing.ts'
import { Slabs } from './segments/slabs.ts'
import { askForHugePages } from './huge-pages.ts'
import { Staging } from './writing/staging.ts'
import { Toucher } from './writing/toucher.ts'
import { ValueSource } from './writing/value-source.ts'
import { Writer } from './writing/writer.ts'

/** What a storage is made of. */
export interface Parts {
  readonly sizing: Sizing
  /** What was asked for and works, but not well. */
  readonly warnings: readonly string[]
  readonly memory: SegMemory
  readonly hash: KeyHash
  readonly slabs: Slabs
  readonly control: Control
  readonly table: HashTable
  readonly segments: Segments
  readonly supply: SegmentSupply
  readonly staging: Staging
  readonly lookup: Lookup
  readonly reader: OptimisticReader
  readonly writer: Writer
  readonly extender: Extender
  readonly arithmetic: Arithmetic
  readonly toucher: Toucher
  readonly discarder: Discarder
  readonly onTerms: OnTerms
}

/**
 * @param handle the memory of another thread's storage; by default new
 * @throws SegError `PELIKAN_SEG_INVALID_OPTION`
 */
export function makeParts(options: SegOptions, handle?: SegHandle): Parts {
  const checked = checkOptions(options)
  const sizing = divideMemory(options, checked)
  const shared = handle?.memory
  const metrics = (options.metrics ?? new Metrics([segMetrics])).bind(segMetrics, options.row)
  const random = new Random(options.seed ?? Math.floor(Math.random() * 2 ** 32))
  const hash = options.hash ?? new SipKeyHash(handle?.secret)

  const control = new Control(shared?.control)
  const slabs = new Slabs(sizing.segments, checked.segmentBytes, shared?.slabs)
  const headers = new SegmentHeaders(sizing.segments, shared?.headers)
  const lists = new SegmentLists(sizing.lists, headers, control, shared?.lists)
  const collisions = metrics.hashTagCollision
  const table = new HashTable(sizing, slabs, random, control, collisions, shared?.table)
  const { clock } = options
  const isAttached = handle !== undefined
  const warnings = [...sizing.warnings]
  if (options.hugePages === true && !isAttached) {
    const why = askForHugePages([...slabs.memory, table.memory])
    if (why !== undefined) warnings.push(why)
  }
  const segments = new Segments({
    slabs,
    headers,
    lists,
    table,
    hash,
    metrics,
    clock,
    control,
    limits: sizing.limits,
    isAttached,
  })

  const relocation = new Relocation(segments)
  const reclaim = new Reclaim(segments, relocation, control)
  const ghosts = shared?.ghosts ?? new SharedArrayBuffer(sizing.ghosts * 4)
  const policy = makeEviction({ ...checked, ghosts }, segments, relocation, random)
  const evicts = checked.eviction !== 'none'
  const { spareSegments } = options
  const windows = new WindowEviction(segments, relocation, evicts)
  const supply = new SegmentSupply({
    segments,
    relocation,
    policy,
    windows,
    reclaim,
    control,
    evicts,
    spareSegments,
  })
  const allocator = new Allocator({ segments, supply, control, evicts })

  const lookup = new Lookup(segments, control)
  const reader = new OptimisticReader(segments, control)
  const item = new NewItem({ segments, lookup, allocator, policy, control, evicts })
  const staging = new Staging({ segments, allocator, lookup, item })
  const source = new ValueSource(slabs, staging)
  const writing = { segments, lookup, supply, control, source, item }
  const writer = new Writer(writing)
  const step = new ChangeStep(writing)
  const extender = new Extender(writing, step)
  const arithmetic = new Arithmetic(writing, step)
  const toucher = new Toucher(writing, step)
  return {
    sizing,
    warnings,
    memory: {
      slabs: slabs.memory,
      headers: headers.memory,
      lists: lists.memory,
      table: table.memory,
      control: control.memory,
      ghosts,
    },
    hash,
    slabs,
    control,
    table,
    segments,
    supply,
    staging,
    lookup,
    reader,
    writer,
    extender,
    arithmetic,
    toucher,
    discarder: new Discarder(writing, step),
    onTerms: new OnTerms({ segments, control, staging, writer, extender, arithmetic, toucher }),
  }
}
