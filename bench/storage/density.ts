/**
 * How many items fit into a limit, counted by reading them back, and how much memory the process takes.
 *
 *     node bench/storage/density.ts
 *     node bench/storage/density.ts --quick
 *
 * @module
 */
import { barChart } from '../report/bar-chart.ts'
import { goalRows } from '../report/goal.ts'
import { type BenchRun, type ReportTable, runProgram } from '../report/bench-program.ts'
import { runCase } from './case-process.ts'
import type { DensityResult, DensityTask } from './density-case.ts'
import type { ResidentResult } from './resident-case.ts'

const CONTESTANTS: readonly DensityTask['contestant'][] = [
  'SegStorage',
  'segcache',
  'memcached',
  'redis',
]
/** Key and value. */
const PAYLOAD_BYTES = 80
const ITEM = '16 + 64 bytes each'
const MIB = 2 ** 20
const FULL = { limitMib: 1024, heaps: [256, 1024] }
const QUICK = { limitMib: 64, heaps: [64] }
const MORE_THAN_MEMCACHED = 1.25
const RESIDENT_SHARE = 1.05
const RESIDENT_MIB = 64
const WARM_UP_MIB = 16

interface Results {
  readonly limitMib: number
  readonly density: readonly (DensityResult & { readonly contestant: string })[]
  readonly resident: readonly (ResidentResult & { readonly heapMib: number })[]
}

async function measure({ isQuick }: BenchRun): Promise<Results> {
  const { heaps, limitMib } = isQuick ? QUICK : FULL
  // As many as would fit if they took nothing but their bytes.
  const items = Math.ceil((limitMib * MIB) / PAYLOAD_BYTES)
  const density: Results['density'][number][] = []
  for (const contestant of CONTESTANTS) {
    const found = await runCase<DensityResult>('density-case.ts', { contestant, limitMib, items })
    density.push({ contestant, ...found })
  }
  const resident: Results['resident'][number][] = []
  // Fills the compile cache.
  await runCase<ResidentResult>('resident-case.ts', { heapMib: WARM_UP_MIB })
  for (const heapMib of heaps) {
    resident.push({ heapMib, ...(await runCase<ResidentResult>('resident-case.ts', { heapMib })) })
  }
  return { limitMib, density, resident }
}

function tables({ density, limitMib, resident }: Results): readonly ReportTable[] {
  const countOf = (name: DensityTask['contestant']): number =>
    density.find(({ contestant }) => contestant === name)?.found ?? NaN
  const mib = (bytes: number): string => (bytes / MIB).toFixed(0)
  const more = (['SegStorage', 'segcache'] as const).map((name) => {
    const ratio = countOf(name) / countOf('memcached')
    return {
      what: `items, ${name}, of memcached's`,
      measured: ratio.toFixed(2),
      goal: `at least ${MORE_THAN_MEMCACHED}`,
      isMet: ratio >= MORE_THAN_MEMCACHED,
    }
  })
  const size = resident.map(({ heapMib, written }) => {
    const most = heapMib * RESIDENT_SHARE + RESIDENT_MIB
    return {
      what: `resident, heap of ${heapMib} MiB`,
      measured: `${mib(written)} MiB`,
      goal: `at most ${most.toFixed(0)} MiB`,
      isMet: written <= most * MIB,
    }
  })
  return [
    {
      title: `Items in ${limitMib} MiB, ${ITEM}`,
      rows: [
        ['', 'items', 'bytes of the limit each', 'resident, MiB', 'resident bytes each'],
        ...density.map(({ contestant, found, residentBytes }) => [
          contestant,
          String(found),
          ((limitMib * MIB) / found).toFixed(1),
          mib(residentBytes),
          (residentBytes / found).toFixed(1),
        ]),
      ],
    },
    {
      title: 'Resident memory after three times the capacity, 1 B to 512 KiB each; MiB',
      rows: [
        ['heap', 'before', 'storage made', 'written', "V8's heap", 'storage'],
        ...resident.map(({ before, heapMib, made, totalBytes, v8Heap, written }) => [
          String(heapMib),
          ...[before, made, written, v8Heap, totalBytes].map(mib),
        ]),
      ],
    },
    { title: 'Goals', rows: goalRows([...more, ...size]) },
  ]
}

function charts({ density, limitMib }: Results): Readonly<Record<string, string>> {
  const bars = density.map(({ contestant, found }) => ({ name: contestant, value: found / 1e6 }))
  return { '': barChart({ title: `Items in ${limitMib} MiB`, subtitle: `million, ${ITEM}`, bars }) }
}

await runProgram({
  file: 'bench/storage/density.ts',
  about: 'Items that fit in 1 GiB, beside memcached and redis, which it needs; resident memory.',
  name: 'storage-density',
  measure,
  tables,
  charts,
})
