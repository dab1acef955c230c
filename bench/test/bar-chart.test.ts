import { expect, it } from 'vitest'
import { barChart } from '../report/bar-chart.ts'

const BARS = [
  { name: 'a', value: 1 },
  { name: 'b', value: 4 },
]

function widthsOf(svg: string): number[] {
  return Array.from(svg.matchAll(/<rect x[^>]* width="([\d.]+)"/gu), ([, width]) => Number(width))
}

it('has a bar for each value, as long as it is large', () => {
  const [one = NaN, four = NaN] = widthsOf(
    barChart({ title: 'bars', subtitle: 'million', bars: BARS }),
  )
  expect(four / one).toBeCloseTo(4, 1)
})

it('has no bar where nothing was measured, and no text that is a tag', () => {
  const svg = barChart({ title: 'a < b & c', subtitle: '', bars: [{ name: '<none>', value: 0 }] })
  expect(widthsOf(svg)).toEqual([0])
  expect(svg).toContain('a &lt; b &amp; c')
  expect(svg).toContain('&lt;none&gt;')
})
