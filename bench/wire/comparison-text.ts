/**
 * A comparison as a table for people: a column per server, and one for how they compare.
 *
 * @module
 */
import { showSpread } from '../report/spread.ts'
import { textTable } from '../report/table.ts'
import { type Comparison, type Measure, ratioOf, spreadOf } from './comparison.ts'

interface Row {
  readonly title: string
  readonly measure: Measure
  readonly unit: number
  readonly digits: number
}

export function comparisonText(comparison: Comparison): string {
  const { description, load, name, seconds, sides } = comparison
  const what = load.multiget > 1 ? 'key' : 'request'
  const rows: readonly Row[] = [
    { title: `thousand ${what}s/s`, measure: (r) => r.operationsPerSecond, unit: 1000, digits: 1 },
    { title: `CPU us/${what}`, measure: (r) => r.cpuMicros, unit: 1, digits: 2 },
    { title: '  user', measure: (r) => r.userMicros, unit: 1, digits: 2 },
    { title: '  system', measure: (r) => r.systemMicros, unit: 1, digits: 2 },
    { title: 'p50 us', measure: (r) => r.p50, unit: 1, digits: 0 },
    { title: 'p99 us', measure: (r) => r.p99, unit: 1, digits: 0 },
    { title: 'p999 us', measure: (r) => r.p999, unit: 1, digits: 0 },
    { title: 'generator busy, %', measure: (r) => r.generatorBusy, unit: 0.01, digits: 0 },
    { title: 'others busy, %', measure: (r) => r.othersBusy, unit: 0.01, digits: 0 },
    { title: 'misses, %', measure: (r) => r.misses / r.operations, unit: 0.01, digits: 1 },
  ]
  const [first, second] = sides
  const table = rows.map(({ digits, measure, title, unit }) => {
    const cells = sides.map((side) => showSpread(spreadOf(side, measure), digits, unit))
    if (first === undefined || second === undefined) return [title, ...cells]
    const ratio = ratioOf(first, second, measure)
    return [title, ...cells, Number.isFinite(ratio.median) ? showSpread(ratio, 2) : '']
  })
  const head = ['', ...sides.map((side) => side.name), ...(second === undefined ? [] : ['ratio'])]
  const rounds = `median (min-max) of ${first?.rounds.length ?? 0} rounds of ${seconds} s`
  return `${name}: ${description}\n${rounds}\n${textTable([head, ...table])}`
}
