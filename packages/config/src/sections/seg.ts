import { named, truth } from '../kinds/choice.ts'
import { decimal } from '../kinds/decimal.ts'
import { kind, type Kind } from '../kinds/kind.ts'
import { formatSize, GIB, KIB, MIB, size } from '../kinds/size.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { type Machine, thisMachine } from '../machine.ts'
import { memoryShorthand } from '../memcached-flags.ts'
import { section, type Finding, type SectionConfig } from '../section.ts'
import { dependentSetting, optionalSetting, setting } from '../setting.ts'

export type SegConfig = SectionConfig<ReturnType<typeof segSection>['settings']>

/** Fewer segments cannot hold an item and make room for another. */
const SEGMENTS_MIN = 2
const SLOT_BYTES = 8
/** As the original has it, where `hash_power` is given and `overflow_factor` is not. */
const OVERFLOW_FACTOR = 1

/** The names of the original, and what the storage calls them. */
const EVICTIONS = {
  None: 'none',
  Random: 'random',
  RandomFifo: 'random-fifo',
  Fifo: 'fifo',
  Cte: 'cte',
  Util: 'util',
  Merge: 'merge',
  S3Fifo: 's3-fifo',
} as const

/** memcached's, and the original's. */
const HEAP_DEFAULT = 64 * MIB
/** A heap that is chosen has at least so much, enough for two of the largest segments. */
const HEAP_CHOSEN_MIN = 16 * MIB

/**
 * `[seg]`: the storage of `@pelikan/storage-seg`, with the keys of the original.
 *
 * @param machine what the size of the heap is chosen from
 */
export function segSection(machine: Machine = thisMachine()) {
  return section({
    title: 'Storage',
    settings: {
      hashPower: optionalSetting(wholeNumber({ min: 3, max: 29 }), {
        description: 'slots of the hash table, as a power of two; what suits the memory if not set',
        argument: 'power',
        example: '22',
      }),
      overflowFactor: optionalSetting(decimal({ min: 0, max: 16 }), {
        description:
          'overflow buckets of the hash table for each primary one; what suits the memory if not set',
        argument: 'factor',
        example: '1.0',
      }),
      heapSizeBytes: dependentSetting(heapSize(machine), () => defaultHeap(machine), {
        description:
          'memory for items, their segments and the hash table together; auto is half of the memory of ' +
          'the machine or the container',
        argument: 'size',
        defaultRule: '64MB, in a container half of its limit',
        example: '4GB',
        shorthand: memoryShorthand,
      }),
      itemSizeMaxBytes: setting(size({ min: KIB, max: GIB }), {
        description: 'largest item, counted as memcached does: key, value and 59 bytes',
        argument: 'size',
        default: '1MB',
        example: '8m',
        short: '-I',
      }),
      segmentSizeBytes: optionalSetting(size({ min: KIB, max: 4 * MIB }), {
        description:
          'size of a segment; larger items have several; a 512th of the heap, from 32KB to 1MB, if not set',
        argument: 'size',
        example: '2m',
      }),
      hugePages: setting(truth(), {
        description:
          'whether to ask Linux for large pages: gets from gigabytes are faster, filling them is slower',
        argument: 'true|false',
        default: false,
        example: 'true',
        shorthand: {
          flag: '-L',
          description: 'the same as --seg-huge-pages true',
          value: () => true,
        },
      }),
      eviction: setting(named(EVICTIONS), {
        description:
          'what goes when memory is full: Merge, the least used items of some segments; Random, ' +
          'RandomFifo, Fifo, Cte (closest to its end) or Util (least full), a segment; S3Fifo, what ' +
          'is not read a second time; None, writes fail',
        argument: 'policy',
        default: 'Merge',
        example: 'S3Fifo',
        shorthand: {
          flag: '-M',
          description: 'the same as --seg-eviction None',
          value: () => 'None',
        },
      }),
      mergeTarget: setting(wholeNumber({ min: 2, max: 64 }), {
        description: 'Merge: segments that become one where all are alike',
        argument: 'count',
        default: 4,
        example: '3',
      }),
      mergeMax: setting(wholeNumber({ min: 3, max: 256 }), {
        description: 'Merge: most segments that become one',
        argument: 'count',
        default: 8,
        example: '16',
      }),
      compactTarget: setting(wholeNumber({ min: 0, max: 64 }), {
        description:
          'Merge: join a segment with its neighbour when it is filled to less than one part in so ' +
          'many; 0 never does',
        argument: 'count',
        default: 2,
        example: '0',
      }),
    },
    inert: {
      admission_ratio: 'the first queue of S3Fifo is always a tenth of the segments',
      datapool_path: 'items are in memory only and do not outlive the server',
    },
    check: (config) => [
      ...checkSegments(config),
      ...checkItemSize(config),
      ...checkTable(config),
      ...checkMachine(config, machine),
      ...checkMerge(config),
    ],
  })
}

function heapSize(machine: Machine): Kind<string | number, number> {
  const bytes = size({ min: MIB })
  return kind(
    `must be a size of at least 1MB, such as 1048576, "64MB" or "512k", or "auto"`,
    (written) => {
      if (written === 'auto') return half(machine.memoryLimitBytes ?? machine.memoryBytes)
      const read = bytes.safeParse(written)
      return read.success ? read.data : undefined
    },
    formatSize,
  )
}

function defaultHeap({ memoryLimitBytes }: Machine): number {
  return memoryLimitBytes === undefined ? HEAP_DEFAULT : half(memoryLimitBytes)
}

/** The other half is for Node.js, connections and what else is there. */
function half(bytes: number): number {
  return Math.max(Math.floor(bytes / 2 / MIB) * MIB, HEAP_CHOSEN_MIN)
}

function checkMachine(
  { heapSizeBytes }: { heapSizeBytes: number },
  { memoryBytes, memoryLimitBytes }: Machine,
): readonly Finding[] {
  const bytes = memoryLimitBytes ?? memoryBytes
  if (heapSizeBytes <= bytes) return []
  const what = memoryLimitBytes === undefined ? 'machine' : 'container'
  const megabytes = formatSize(Math.floor(bytes / MIB) * MIB)
  return [{ key: 'heap_size', warning: `is more than the memory of this ${what}, ${megabytes}` }]
}

interface Memory {
  readonly heapSizeBytes: number
  readonly itemSizeMaxBytes: number
  readonly segmentSizeBytes?: number | undefined
}

/** memcached's rule: an item that takes most of the memory would evict everything else. */
function checkItemSize(config: Memory): readonly Finding[] {
  const { heapSizeBytes, itemSizeMaxBytes, segmentSizeBytes = 0 } = config
  if (itemSizeMaxBytes > heapSizeBytes / 2) {
    const problem =
      `must be at most half of seg.heap_size, which is ${formatSize(heapSizeBytes)}; ` +
      'give a smaller item size (-I) or more memory (-m)'
    return [{ key: 'item_size_max', problem }]
  }
  // Where the original reads the same file, a segment is what limits an item.
  if (segmentSizeBytes <= itemSizeMaxBytes) return []
  const warning = `does not raise the largest item, which is ${formatSize(itemSizeMaxBytes)}: seg.item_size_max does`
  return [{ key: 'segment_size', warning }]
}

function checkSegments({ heapSizeBytes, segmentSizeBytes }: Memory): readonly Finding[] {
  if (segmentSizeBytes === undefined) return []
  const findings: Finding[] = []
  if (segmentSizeBytes % 4 !== 0) {
    findings.push({ key: 'segment_size', problem: 'must be a multiple of 4' })
  }
  if (segmentSizeBytes * SEGMENTS_MIN > heapSizeBytes) {
    findings.push({
      key: 'segment_size',
      problem: `must be at most half of seg.heap_size, which is ${formatSize(heapSizeBytes)}`,
    })
  }
  return findings
}

/** The table alone; the storage says what it needs besides. */
function checkTable(
  config: Memory & { hashPower?: number | undefined; overflowFactor?: number | undefined },
): readonly Finding[] {
  const { hashPower, heapSizeBytes, overflowFactor = OVERFLOW_FACTOR } = config
  if (hashPower === undefined) return []
  const bytes = Math.ceil(2 ** hashPower * (1 + overflowFactor)) * SLOT_BYTES
  if (bytes < heapSizeBytes) return []
  const problem = `makes a hash table of ${formatSize(bytes)}, and seg.heap_size is ${formatSize(heapSizeBytes)}`
  return [{ key: 'hash_power', problem }]
}

function checkMerge(config: {
  eviction: string
  mergeMax: number
  mergeTarget: number
}): readonly Finding[] {
  const { eviction, mergeMax, mergeTarget } = config
  const findings: Finding[] = []
  if (mergeTarget > mergeMax) {
    const problem = `must be at most seg.merge_max, which is ${mergeMax}`
    findings.push({ key: 'merge_target', problem })
  }
  if (eviction !== EVICTIONS.Merge) {
    const warning = 'has no effect unless seg.eviction is Merge'
    for (const key of ['merge_target', 'merge_max', 'compact_target']) {
      findings.push({ key, warning })
    }
  }
  return findings
}
