import { describe, expect, it } from 'vitest'
import { barChart, lineChart } from '../report/svg-chart.ts'

/** Names of the elements; throws where one is not closed, or a number is none. */
function elementsOf(svg: string): string[] {
  const names: string[] = []
  const open: string[] = []
  let end = 0
  for (const match of svg.matchAll(/<(\/?)([a-z]+)((?: [\w-]+="[^"<>]*")*)(\/?)>/gu)) {
    const [whole, closes, name = '', attributes = '', isEmpty] = match
    expect(svg.slice(end, match.index)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/u)
    expect(attributes).not.toMatch(/NaN|Infinity|undefined/u)
    end = match.index + whole.length
    if (closes === '/') expect(open.pop()).toBe(name)
    else names.push(name)
    if (closes !== '/' && isEmpty !== '/') open.push(name)
  }
  expect(open).toEqual([])
  expect(svg.slice(end).trim()).toBe('')
  return names
}

const LINES = {
  title: 'a < b & c',
  xLabel: 'x',
  yLabel: 'y',
  series: [
    {
      name: 'one',
      points: [
        { x: 32, y: 0.5 },
        { x: 64, y: 0.7 },
      ],
    },
    {
      name: 'two',
      points: [
        { x: 32, y: 0.6 },
        { x: 64, y: 0.7 },
      ],
      isReference: true,
    },
  ],
}

describe('a line chart', () => {
  it('is well-formed and has a line for each series', () => {
    const svg = lineChart(LINES)
    expect(elementsOf(svg).filter((name) => name === 'polyline')).toHaveLength(2)
    expect(svg).toContain('a &lt; b &amp; c')
    expect(svg.match(/stroke-dasharray/gu)).toHaveLength(1)
  })

  it('draws higher values higher, and keeps names apart', () => {
    const svg = lineChart(LINES)
    const heights = Array.from(svg.matchAll(/points="[\d.]+,([\d.]+) [\d.]+,([\d.]+)"/gu))
    for (const [, first, last] of heights) expect(Number(last)).toBeLessThan(Number(first))
    const names = Array.from(svg.matchAll(/y="([\d.]+)"[^>]*>(?:one|two)</gu), ([, y]) => Number(y))
    expect(Math.abs(names[0] - names[1])).toBeGreaterThanOrEqual(12)
  })

  it('has a place for one point alone', () => {
    expect(
      elementsOf(lineChart({ ...LINES, series: [{ name: 'one', points: [{ x: 8, y: 1 }] }] })),
    ).toContain('polyline')
  })
})

describe('a bar chart', () => {
  it('has a bar for each value, as long as it is large', () => {
    const bars = [
      { name: 'a', value: 1 },
      { name: 'b', value: 4 },
    ]
    const svg = barChart({ title: 'bars', unit: 'million', bars })
    expect(elementsOf(svg).filter((name) => name === 'rect')).toHaveLength(2)
    const [one, four] = Array.from(svg.matchAll(/<rect[^>]* width="([\d.]+)"/gu), ([, width]) =>
      Number(width),
    )
    expect(four / one).toBeCloseTo(4, 1)
  })
})
