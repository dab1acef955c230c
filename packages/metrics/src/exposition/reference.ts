import type { MetricDefinition } from '../metric.ts'

/** Every metric with its kind, its unit and its description, in columns for a terminal. */
export function describeMetrics(definitions: readonly MetricDefinition[]): string {
  const rows = definitions
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ description, kind, name, unit }) => [name, kind, unit, description])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('')
}
