/**
 * Bars beside each other, as SVG; lines are `linePlot` of `@pelikan/loadgen`.
 *
 * ```text
 *   title
 *      one ████████████ 4.00
 *      two ███ 1.00
 * ```
 *
 * @module
 */

export interface BarChart {
  readonly title: string
  /** What was measured, and in which unit. */
  readonly subtitle: string
  readonly bars: readonly Bar[]
}

export interface Bar {
  readonly name: string
  /** From 0. */
  readonly value: number
}

const WIDTH = 860
const LEFT = 230
const RIGHT = 70
const TOP = 64
const BOTTOM = 20
const STEP = 22
const GAP = 2
const TEXT_DROP = 4
const COLOUR = '#0b6e99'

/** One bar per value, the longest as wide as there is room. */
export function barChart({ bars, subtitle, title }: BarChart): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  const height = TOP + bars.length * STEP + BOTTOM
  const rows = bars.flatMap(({ name, value }, index) => {
    const y = TOP + index * STEP
    const width = round((value / most) * (WIDTH - LEFT - RIGHT))
    const middle = y + STEP / 2 + TEXT_DROP
    return [
      text(LEFT - 8, middle, name, 'end'),
      `<rect x="${LEFT}" y="${y + GAP}" width="${width}" height="${STEP - 2 * GAP}" fill="${COLOUR}"/>`,
      text(LEFT + width + 6, middle, value.toFixed(2), 'start'),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
      `height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<g font-size="16" font-weight="600">${text(GAP * 4, 26, title, 'start')}</g>`,
    `<g fill="#555">${text(GAP * 4, 46, subtitle, 'start')}</g>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n')
}

function text(x: number, y: number, words: string, anchor: 'start' | 'end'): string {
  return `<text x="${round(x)}" y="${y}" text-anchor="${anchor}">${escape(words)}</text>`
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
