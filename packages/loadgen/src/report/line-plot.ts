/**
 * Lines in a coordinate system, as SVG.
 *
 * ```text
 *   title
 *   y │ 1000 ┤        ___/      ── series
 *     │  100 ┤  _____/          ┄┄ series
 *     │      └────┬────┬────
 *                 x
 * ```
 *
 * @module
 */

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Lines of one colour belong together. From 0. */
  readonly colour: number
  readonly dash?: 'dashed' | 'dotted'
}

export interface Axis {
  readonly label: string
  /** Where a value lies; only differences count. Default: the value itself. */
  readonly scale?: (value: number) => number
  readonly ticks: readonly { readonly value: number; readonly text: string }[]
}

export interface LinePlot {
  readonly title: string
  readonly subtitle: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

const WIDTH = 860
const HEIGHT = 480
const LEFT = 80
const RIGHT = 200
const TOP = 64
const BOTTOM = 56
const COLOURS = [
  '#0b6e99',
  '#c4501b',
  '#4f7a28',
  '#7a3e9d',
  '#a37400',
  '#b0305c',
  '#008c7e',
  '#6b6b6b',
]
const DASHES = { dashed: '8 4', dotted: '2 4' } as const
const LEGEND_LINE = 22

export function linePlot({ series, subtitle, title, x, y }: LinePlot): string {
  const across = place(x, LEFT, WIDTH - RIGHT)
  const up = place(y, HEIGHT - BOTTOM, TOP)
  const bottom = HEIGHT - BOTTOM
  const right = WIDTH - RIGHT
  const grid = [
    ...y.ticks.map(({ text: label, value }) => {
      const at = up(value)
      return `${line(LEFT, at, right, at, '#ddd')}${text(LEFT - 8, at + 4, label, 'end')}`
    }),
    ...x.ticks.map(({ text: label, value }) => {
      const at = across(value)
      return `${line(at, bottom, at, bottom + 5, '#888')}${text(at, bottom + 20, label, 'middle')}`
    }),
  ]
  const lines = series.map(({ colour, dash, points }) => {
    const path = points.map(([px, py]) => `${round(across(px))},${round(up(py))}`).join(' ')
    return `<polyline points="${path}" fill="none" stroke-width="2"${stroke(colour, dash)}/>`
  })
  const legend = series.map(({ colour, dash, name }, index) => {
    const at = TOP + 10 + index * LEGEND_LINE
    const sample = `<path d="M${right + 16} ${at}h28" stroke-width="2"${stroke(colour, dash)}/>`
    return `${sample}${text(right + 52, at + 4, name, 'start')}`
  })
  const middle = (TOP + bottom) / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
      `height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<g font-size="16" font-weight="600">${text(LEFT, 26, title, 'start')}</g>`,
    `<g fill="#555">${text(LEFT, 46, subtitle, 'start')}</g>`,
    ...grid,
    line(LEFT, bottom, right, bottom, '#888'),
    text((LEFT + right) / 2, HEIGHT - 14, x.label, 'middle'),
    `<g transform="rotate(-90 18 ${middle})">${text(18, middle, y.label, 'middle')}</g>`,
    ...lines,
    ...legend,
    '</svg>',
    '',
  ].join('\n')
}

/** Whole powers of ten, for an axis whose scale is `Math.log10`, that enclose `values`. */
export function powersOfTen(values: readonly number[]): Axis['ticks'] {
  const least = Math.floor(Math.log10(Math.min(...values)))
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))))
  return Array.from({ length: most - least + 1 }, (_, index) => {
    const value = 10 ** (least + index)
    return { value, text: String(value) }
  })
}

/** About six round numbers from 0 to beyond `most`. */
export function roundTicks(most: number): Axis['ticks'] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power
  const count = Math.ceil(most / step)
  return Array.from({ length: count + 1 }, (_, index) => {
    const value = index * step
    return { value, text: String(Number(value.toPrecision(6))) }
  })
}

/**
 * From values of an axis to places between `from` and `to`. The outer ticks are where it begins and ends;
 * one tick alone is where it begins.
 */
function place({ scale = (value) => value, ticks }: Axis, from: number, to: number) {
  const first = scale(ticks[0]?.value ?? 0)
  const last = scale(ticks.at(-1)?.value ?? 1)
  return (value: number): number => {
    const share = (scale(value) - first) / (last - first || 1)
    return from + Math.min(1, Math.max(0, share)) * (to - from)
  }
}

function stroke(colour: number, dash: Series['dash']): string {
  const dashes = dash === undefined ? '' : ` stroke-dasharray="${DASHES[dash]}"`
  return ` stroke="${COLOURS[colour % COLOURS.length]}"${dashes}`
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map(round)
  return `<path d="M${a} ${b}L${c} ${d}" stroke="${colour}"/>`
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(words)}</text>`
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
