/**
 * Lines over time, by uPlot. What they say is in the label too, for those who do not see them.
 *
 * @module
 */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import type { Moment } from './moment.ts'

export interface Line {
  readonly name: string
  /** A custom property of the style sheet, such as `--blue`. */
  readonly color: string
  /** One for each time; `null` where there is none. */
  readonly values: readonly (number | null)[]
  /** Whether the area below is filled, thinly or whole. */
  readonly fill?: 'thin' | 'whole'
}

export interface ChartProps {
  /** Seconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  /** Of the time that is shown. */
  readonly seconds: number
  readonly label: string
  readonly readable: (value: number) => string
  /** The end of the scale; as much as there is without it. */
  readonly top?: number
  /** How the scale is divided: evenly, at powers of two, or with ten times as much at each step. */
  readonly scale?: 'even' | 'binary' | 'logarithmic'
  readonly moment: Moment
}

const AXIS = 58
/** Pixels of a time of day, half of them. */
const HALF_LABEL = 24
/** An enum that is only declared: at run time there is the number. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const LOGARITHMIC = 3 as uPlot.Scale.Distr.Logarithmic
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, i) => 2 ** i)
const FONT = '11px system-ui, sans-serif'
/** All charts show the same moment. */
const SYNC = 'live'

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latest = useRef(props)
  latest.current = props
  const { lines, moment, times } = props

  useLayoutEffect(() => {
    const element = place.current!
    const made = new uPlot(
      { ...options(latest), ...sizeOf(element) },
      data(latest.current),
      element,
    )
    plot.current = made
    const resized = new ResizeObserver(() => {
      made.setSize(sizeOf(element))
    })
    resized.observe(element)
    // Colours are the theme's.
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const themed = (): void => made.redraw(false, true)
    dark.addEventListener('change', themed)
    return () => {
      dark.removeEventListener('change', themed)
      resized.disconnect()
      made.destroy()
    }
  }, [lines.map(({ name }) => name).join()])

  useEffect(() => {
    plot.current?.setData(data(latest.current))
  }, [times, lines])

  useEffect(() => {
    const made = plot.current
    if (made === undefined || moment.by === 'pointer') return
    const left = moment.at === undefined ? -10 : made.valToPos(moment.at / 1000, 'x')
    made.setCursor({ left, top: left < 0 ? -10 : 0 }, false)
  }, [moment.at, moment.by, times])

  return <div class="chart" ref={place} role="img" aria-label={props.label} />
}

function data({ lines, times }: ChartProps): uPlot.AlignedData {
  return [times as number[], ...lines.map(({ values }) => values as (number | null)[])]
}

function sizeOf({ clientHeight, clientWidth }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight }
}

function options(latest: {
  readonly current: ChartProps
}): Omit<uPlot.Options, 'width' | 'height'> {
  const { lines, scale } = latest.current
  const logarithmic = scale === 'logarithmic'
  const axis = { font: FONT, stroke: () => color('--muted'), ticks: { show: false } }
  return {
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 7 },
      sync: { key: SYNC, setSeries: false },
    },
    hooks: {
      setCursor: [
        ({ cursor: { event, idx } }) => {
          // Not what another chart or the slider has set.
          if (event === undefined) return
          const { moment, times } = latest.current
          const at = idx === null || idx === undefined ? undefined : times[idx]
          moment.set(at === undefined ? undefined : Math.round(at * 1000), 'pointer')
        },
      ],
    },
    scales: {
      x: {
        range: () => {
          const { seconds, times } = latest.current
          const end = times.at(-1) ?? Date.now() / 1000
          return [end - seconds, end]
        },
      },
      y: logarithmic
        ? { distr: LOGARITHMIC, range: (_plot, least, most) => decades(least, most) }
        : {
            range: (_plot, _least, most) => [0, latest.current.top ?? (most > 0 ? most * 1.15 : 1)],
          },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 90,
        grid: { show: false },
        filter: withinSides,
        values: (_plot, splits) => splits.map((value) => (value === null ? '' : timeOfDay(value))),
      },
      {
        ...axis,
        size: AXIS,
        space: 36,
        gap: 8,
        grid: {
          stroke: () => color('--line'),
          width: 1,
          ...(logarithmic ? { filter: wholeDecades } : {}),
        },
        ...(logarithmic ? { filter: wholeDecades } : {}),
        ...(scale === 'binary' ? { incrs: POWERS_OF_TWO } : {}),
        values: (_plot, splits) =>
          splits.map((value) => (value === null ? '' : shortened(latest.current.readable(value)))),
      },
    ],
    series: [
      {},
      ...lines.map(({ color: name, fill }): uPlot.Series => ({
        stroke: () => color(name),
        width: fill === 'whole' ? 1 : 1.75,
        points: { show: false },
        ...(fill === undefined ? {} : { fill: () => filling(name, fill) }),
      })),
    ],
  }
}

/** What is stacked hides what is below it. */
function filling(name: string, fill: NonNullable<Line['fill']>): string {
  return fill === 'thin' ? color(name, 0.12) : color(`${name}-area`)
}

/** Labels of times that do not stick out at the sides. */
function withinSides(plot: uPlot, splits: number[]): (number | null)[] {
  const width = plot.over.clientWidth
  return splits.map((value) => {
    const left = plot.valToPos(value, 'x')
    return left > HALF_LABEL / 2 && left < width - HALF_LABEL ? value : null
  })
}

function wholeDecades(_plot: uPlot, splits: number[]): (number | null)[] {
  return splits.map((value) => (Number.isInteger(Math.log10(value)) ? value : null))
}

/** `1 ms` in place of `1.00 ms`. */
function shortened(text: string): string {
  return text.replace(/\.0+(?= |$)/, '')
}

/** Whole powers of ten around what there is. */
function decades(least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || least <= 0) return [1000, 1_000_000]
  const from = Math.floor(Math.log10(least))
  return [10 ** from, 10 ** Math.max(Math.ceil(Math.log10(most)), from + 1)]
}

function timeOfDay(seconds: number): string {
  return new Date(seconds * 1000).toTimeString().slice(0, 8)
}

/** A colour of the style sheet as it is now. */
export function color(name: string, opacity = 1): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  if (opacity === 1) return value
  return `${value}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`
}
