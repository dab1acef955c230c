/**
 * A frame around one figure: its name, what it is now, the lines that it is made of, and the chart, or a
 * table in its place.
 *
 * @module
 */
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { Chart, type ChartProps, type Line } from './chart.tsx'
import type { Figures } from '../src/figures.ts'
import { type Moment, figuresAt } from './moment.ts'

export interface PanelProps {
  readonly title: string
  /** What stands out. */
  readonly value?: string | undefined
  /** Behind it, smaller. */
  readonly unit?: string
  readonly width: 'third' | 'half' | 'two-thirds' | 'whole'
  readonly children: ComponentChildren
}

export function Panel({ children, title, unit, value, width }: PanelProps) {
  const id = `panel-${title.toLowerCase().replaceAll(/\W+/g, '-')}`
  return (
    <section class={`panel ${width}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {value !== undefined && (
          <p class="value">
            {value}
            {unit !== undefined && <small> {unit}</small>}
          </p>
        )}
      </header>
      {children}
    </section>
  )
}

/** One line of a chart: how to read it from the figures of a second. */
export interface Drawn extends Pick<Line, 'name' | 'color' | 'fill'> {
  readonly read: (figures: Figures) => number | undefined
}

export interface ChartPanelProps {
  readonly title: string
  readonly value?: (now: Figures) => string | undefined
  readonly unit?: string
  readonly width: PanelProps['width']
  readonly drawn: readonly Drawn[]
  readonly readable: (value: number) => string
  readonly top?: number
  readonly scale?: ChartProps['scale']
  /** Whether each line stands on the one before. */
  readonly stacked?: boolean
  readonly shown: Shown
}

/** What all charts of the page have in common. */
export interface Shown {
  readonly figures: readonly Figures[]
  readonly moment: Moment
  /** Of the time that is shown. */
  readonly seconds: number
  readonly asTables: boolean
}

/** A longer time without a sample is a gap in the lines. */
const GAP_SECONDS = 5
const TABLE_ROWS = 8

export function ChartPanel(props: ChartPanelProps) {
  const { drawn, readable, shown, title, unit, value, width } = props
  const { asTables, figures, moment, seconds } = shown
  const now = figuresAt(figures, moment)
  const drawing = useMemo(() => axes(props), [figures, seconds])
  return (
    <Panel
      title={title}
      width={width}
      value={now === undefined ? undefined : value?.(now)}
      {...(unit === undefined ? {} : { unit })}
    >
      {drawn.length > 1 && (
        <ul class="legend">
          {drawn.map(({ color, name, read }) => (
            <li key={name}>
              <i style={{ background: `var(${color})` }} />
              {name} <b>{readableOr(now === undefined ? undefined : read(now), readable)}</b>
            </li>
          ))}
        </ul>
      )}
      {asTables ? (
        <HistoryTable {...props} />
      ) : (
        <Chart
          {...drawing}
          seconds={seconds}
          label={summary(props)}
          readable={readable}
          moment={moment}
          {...(props.top === undefined ? {} : { top: props.top })}
          {...(props.scale === undefined ? {} : { scale: props.scale })}
        />
      )}
    </Panel>
  )
}

/** The times and the values of the lines, with a gap where the page was not connected. */
function axes({ drawn, shown, stacked = false }: ChartPanelProps): {
  times: number[]
  lines: Line[]
} {
  const { figures, seconds } = shown
  const from = (figures.at(-1)?.at ?? 0) - (seconds + 2) * 1000
  const times: number[] = []
  const rows: (Figures | undefined)[] = []
  for (const one of figures) {
    if (one.at < from) continue
    if (one.seconds > GAP_SECONDS && times.length > 0) {
      times.push(one.at / 1000 - 1)
      rows.push(undefined)
    }
    times.push(one.at / 1000)
    rows.push(one)
  }
  const below = rows.map(() => 0)
  const lines = drawn.map(({ color, fill, name, read }): Line => {
    const values = rows.map((row, i) => {
      const value = row === undefined ? undefined : read(row)
      if (value === undefined) return null
      if (!stacked) return value
      below[i] = (below[i] ?? 0) + value
      return below[i]
    })
    return { name, color, values, ...(fill === undefined ? {} : { fill }) }
  })
  // The highest of what is stacked is painted first.
  return { times, lines: stacked ? lines.toReversed() : lines }
}

/** What the chart shows, in a sentence. */
function summary({ drawn, readable, shown, title, unit = '' }: ChartPanelProps): string {
  const { figures, seconds } = shown
  const recent = figures.filter(({ at }) => at > (figures.at(-1)?.at ?? 0) - seconds * 1000)
  const said = drawn.flatMap(({ name, read }) => {
    const values = recent.map(read).filter((value) => value !== undefined)
    const now = values.at(-1)
    if (now === undefined) return []
    const least = readable(Math.min(...values))
    const most = readable(Math.max(...values))
    const label = drawn.length > 1 ? `${name} ` : ''
    return [`${label}now ${readable(now)}, between ${least} and ${most}`]
  })
  const over = `${title}${unit === '' ? '' : ` ${unit}`}, last ${seconds / 60} minutes`
  return said.length === 0 ? `${over}: nothing yet` : `${over}: ${said.join('; ')}`
}

function HistoryTable({ drawn, readable, shown, title }: ChartPanelProps) {
  const { figures, seconds } = shown
  const step = Math.max(Math.round(seconds / TABLE_ROWS), 1)
  const rows = figures.filter((_, i) => (figures.length - 1 - i) % step === 0).slice(-TABLE_ROWS)
  return (
    <table class="history">
      <caption class="unseen">
        {title}, every {step} seconds
      </caption>
      <thead>
        <tr>
          <th scope="col">time</th>
          {drawn.map(({ name }) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.toReversed().map((row) => (
          <tr key={row.at}>
            <th scope="row">{new Date(row.at).toTimeString().slice(0, 8)}</th>
            {drawn.map(({ name, read }) => (
              <td key={name}>{readableOr(read(row), readable)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function readableOr(value: number | undefined, readable: (value: number) => string): string {
  return value === undefined ? '–' : readable(value)
}
