/** docs/guide/metrics.md and the files in examples/segcache/monitoring name the metrics that there are. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type MetricDefinition, Metrics, prometheusMetrics, prometheusName } from '@pelikan/metrics'
import { describe, expect, it } from 'vitest'

const PROGRAMS = ['segcache', 'twemcache', 'pingserver'] as const
type Listing = { readonly allMetrics: () => readonly MetricDefinition[] }

async function metricsOf(program: string): Promise<readonly MetricDefinition[]> {
  const { href } = new URL(`../../${program}/src/metrics.ts`, import.meta.url)
  return ((await import(href)) as Listing).allMetrics()
}

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}

const { error: NO_PROMTOOL } = spawnSync('promtool', ['--version'])

describe.each(PROGRAMS)('the metrics of %s', (program) => {
  it('have names of their own, here and in Prometheus, and say what they are', async () => {
    const metrics = await metricsOf(program)
    expect(metrics.length).toBeGreaterThan(20)
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length)
    expect(new Set(metrics.map(prometheusName)).size).toBe(metrics.length)
    for (const { description, name, unit } of metrics) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
      expect(description, name).toMatch(/^[A-Z].*\.$/)
      expect(unit, name).toMatch(/^[a-z]+$/)
    }
  })

  const title = 'are what promtool accepts'
  it.skipIf(NO_PROMTOOL)(NO_PROMTOOL ? `${title} (not installed)` : title, async () => {
    const group = Object.fromEntries((await metricsOf(program)).map((each) => [each.name, each]))
    const input = prometheusMetrics(new Metrics([group]))
    expect(String(spawnSync('promtool', ['check', 'metrics'], { input }).stderr)).toBe('')
  })
})

it('the guide has every metric of every server', async () => {
  const all = new Map<string, string>()
  for (const program of PROGRAMS) {
    for (const metric of await metricsOf(program)) {
      const { description, kind, name, unit } = metric
      all.set(
        name,
        [`\`${name}\``, `\`${prometheusName(metric)}\``, kind, unit, description].join('|'),
      )
    }
  }
  const rows = read('docs/guide/metrics.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join('|'),
    )
  // io_uring's are there where the machine has it.
  const portable = (row: string): boolean => !row.startsWith('`uring_')
  expect(rows.filter(portable)).toEqual([...all.values()].filter(portable).toSorted())
})

it.each(['alerts.yml', 'grafana.json'])('%s asks for metrics that segcache has', async (file) => {
  const metrics = new Metrics([
    Object.fromEntries((await metricsOf('segcache')).map((m) => [m.name, m])),
  ])
  const series = new Set(
    [...prometheusMetrics(metrics).matchAll(/^(pelikan_\w+)/gm)].map(([, name]) => name),
  )
  const asked = read(`examples/segcache/monitoring/${file}`).match(/\bpelikan_\w+/g) ?? []
  expect(asked.length).toBeGreaterThan(5)
  for (const name of asked) expect(series, name).toContain(name)
})
