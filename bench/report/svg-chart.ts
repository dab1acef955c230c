/**
 * Charts as SVG text, of two kinds: lines over a logarithmic axis, and bars. Nothing but shapes and text,
 * in colors that are read on white and on black.
 *
 * @module
 */

export interface LineSeries {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** Drawn in dashes: what the others are compared with. */
  readonly isReference?: boolean
}

export interface LineChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly LineSeries[]
}

export interface BarChart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly { readonly name: string; readonly value: number }[]
}

const WIDTH = 720
const HEIGHT = 420
const LEFT = 70
const RIGHT = 150
const TOP = 50
const BOTTOM = 50
const BAR_HEIGHT = 22
const BAR_LEFT = 230
const BAR_RIGHT = 70
const Y_STEPS = 5
const TEXT_DROP = 4
const COLORS = [
  '#3477c9',
  '#d1632b',
  '#2f9a5f',
  '#a65bc2',
  '#b58900',
  '#c9364f',
  '#1b9aaa',
  '#808080',
  '#7a5c3e',
]

/** One line per series; x is logarithmic, and y begins where the data does. */
export function lineChart({ series, title, xLabel, yLabel }: LineChart): string {
  const points = series.flatMap((one) => one.points)
  const xs = [...new Set(points.map(({ x }) => x))].toSorted((a, b) => a - b)
  const [yMin, yMax] = niceRange(points.map(({ y }) => y))
  const xMin = Math.log(xs[0] ?? 1)
  const xSpan = Math.log(xs.at(-1) ?? 1) - xMin || 1
  const plotWidth = WIDTH - LEFT - RIGHT
  const plotHeight = HEIGHT - TOP - BOTTOM
  const px = (x: number): number => round(LEFT + ((Math.log(x) - xMin) / xSpan) * plotWidth)
  const py = (y: number): number => round(TOP + (1 - (y - yMin) / (yMax - yMin)) * plotHeight)
  const parts = [text(WIDTH / 2, TOP / 2, title, 'middle')]
  for (let step = 0; step <= Y_STEPS; step++) {
    const y = yMin + ((yMax - yMin) * step) / Y_STEPS
    parts.push(line(LEFT, py(y), WIDTH - RIGHT, py(y)))
    parts.push(text(LEFT - 8, py(y) + TEXT_DROP, y.toFixed(2), 'end'))
  }
  for (const x of xs) parts.push(text(px(x), HEIGHT - BOTTOM + 18, String(x), 'middle'))
  parts.push(text(LEFT + plotWidth / 2, HEIGHT - 8, xLabel, 'middle'))
  parts.push(text(LEFT, TOP - 10, yLabel, 'middle'))
  // Names stand at the ends of their lines, apart from each other.
  const names = series
    .map((one, i) => ({ one, color: COLORS[i % COLORS.length]!, y: py(one.points.at(-1)?.y ?? 0) }))
    .toSorted((a, b) => a.y - b.y)
  let lowest = -Infinity
  for (const { color, one, y } of names) {
    lowest = Math.max(y, lowest + 14)
    const dashes = one.isReference === true ? ' stroke-dasharray="6 4"' : ''
    const path = one.points.map(({ x, y: value }) => `${px(x)},${py(value)}`).join(' ')
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"${dashes}/>`,
    )
    parts.push(text(WIDTH - RIGHT + 8, lowest + TEXT_DROP, one.name, 'start', color))
  }
  return svg(WIDTH, HEIGHT, parts)
}

/** One bar per value, the longest as wide as there is room. */
export function barChart({ bars, title, unit }: BarChart): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  const room = WIDTH - BAR_LEFT - BAR_RIGHT
  const parts = [text(WIDTH / 2, TOP / 2, `${title}, ${unit}`, 'middle')]
  for (const [i, { name, value }] of bars.entries()) {
    const y = TOP + i * BAR_HEIGHT
    const width = round((value / most) * room)
    const middle = y + BAR_HEIGHT / 2 + TEXT_DROP
    parts.push(text(BAR_LEFT - 8, middle, name, 'end'))
    parts.push(
      `<rect x="${BAR_LEFT}" y="${y + 2}" width="${width}" height="${BAR_HEIGHT - 4}" fill="${COLORS[0]}"/>`,
    )
    parts.push(text(BAR_LEFT + width + 6, middle, showValue(value), 'start'))
  }
  return svg(WIDTH, TOP + bars.length * BAR_HEIGHT + 20, parts)
}

function svg(width: number, height: number, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`
  return `${[head, ...parts, '</svg>'].join('\n')}\n`
}

function text(x: number, y: number, words: string, anchor: string, color = '#808080'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${color}">${escape(words)}</text>`
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#808080" stroke-opacity="0.3"/>`
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function showValue(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** From a twentieth below the least to a twentieth above the most. */
function niceRange(values: readonly number[]): [number, number] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  return [Math.floor(least * 20) / 20, Math.max(Math.ceil(most * 20) / 20, least + 0.05)]
}
