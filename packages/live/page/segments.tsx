/**
 * The map of segments.
 *
 * @module
 */
import { SegmentKind, type SegmentMap, type TtlRow } from '@pelikan/core'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Figures } from '../src/figures.ts'
import { readableBytes, readableCount, readableSeconds } from '../src/readable.ts'
import { Panel } from './panel.tsx'
import { type Freed, type Grid, drawGrid, gridFor } from './segment-grid.ts'
import { TTL_CLASSES, ttlClass, ttlName } from './ttl-color.ts'
import { TtlTable } from './ttl-table.tsx'

export interface SegmentsProps {
  readonly map: SegmentMap
  readonly now: Figures | undefined
}

/** Looks at the segments that a freed one keeps its ring for. */
const RING_LOOKS = 2
/** A segment that had less time left than this when it was last seen was freed by its end. */
const EXPIRES_SECONDS = 4

export function Segments({ map, now }: SegmentsProps) {
  const { count, free, segmentBytes, staging, step, ttls } = map
  return (
    <>
      <Panel
        title="Segments"
        width="two-thirds"
        value={count.toLocaleString('en')}
        unit={`of ${readableBytes(segmentBytes)}, ${free.toLocaleString('en')} free`}
      >
        <MapLegend ttls={ttls} />
        <SegmentCanvas map={map} />
        <p class="note">
          {step > 1 ? `Every ${step}th segment is shown. ` : ''}
          {staging > 0 ? `${staging} hold values that are arriving. ` : ''}
          {changes(now)}
        </p>
      </Panel>
      <TtlTable map={map} />
    </>
  )
}

function changes(now: Figures | undefined): string {
  if (now?.segments === undefined) return ''
  const { evictions, expired, merges } = now.segments
  const rates = { merges, evictions, 'expired whole': expired }
  return `Per second: ${Object.entries(rates)
    .map(([name, rate]) => `${readableCount(rate)} ${name}`)
    .join(', ')}.`
}

function MapLegend({ ttls }: { readonly ttls: readonly TtlRow[] }) {
  const there = new Set(ttls.map(({ ttlEnd }) => ttlClass(ttlEnd)))
  return (
    <ul class="legend">
      {TTL_CLASSES.filter((one) => there.has(one)).map(({ color, name }) => (
        <li key={name}>
          <i style={{ background: `var(${color})` }} />
          {name}
        </li>
      ))}
    </ul>
  )
}

function SegmentCanvas({ map }: { readonly map: SegmentMap }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [chosen, setChosen] = useState<number>()
  const freed = useFreed(map)
  const shown = map.buckets.length
  const grid = gridFor(shown, Math.max(width, 100))
  const isDark = useDark()

  useLayoutEffect(() => {
    const element = canvas.current!.parentElement!
    const resized = new ResizeObserver(() => setWidth(element.clientWidth))
    resized.observe(element)
    return () => resized.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = canvas.current!
    const context = element.getContext('2d')
    if (context === null || width === 0) return
    const scale = devicePixelRatio
    element.width = width * scale
    element.height = grid.height * scale
    context.scale(scale, scale)
    drawGrid(context, map, grid, freed, chosen)
  }, [map, width, chosen, freed, isDark])

  const described = chosen === undefined ? undefined : describe(map, chosen)
  return (
    <>
      <div
        class="map"
        style={{ height: `${grid.height}px` }}
        role="slider"
        tabIndex={0}
        aria-label="Segment"
        aria-valuemin={1}
        aria-valuemax={shown}
        aria-valuenow={(chosen ?? 0) + 1}
        aria-valuetext={described ?? 'none chosen; arrow keys choose one'}
        onKeyDown={(event) => {
          const to = moved(event.key, chosen, shown, grid)
          if (to === undefined) return
          event.preventDefault()
          setChosen(to)
        }}
        onBlur={() => setChosen(undefined)}
        onPointerMove={({ offsetX, offsetY }) => {
          const at =
            Math.floor(offsetY / grid.cell) * grid.columns + Math.floor(offsetX / grid.cell)
          setChosen(at < shown ? at : undefined)
        }}
        onPointerLeave={() => setChosen(undefined)}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <p class="chosen">{described ?? 'Point at a segment, or choose one with the arrow keys.'}</p>
    </>
  )
}

function moved(
  key: string,
  from: number | undefined,
  count: number,
  { columns }: Grid,
): number | undefined {
  const at = from ?? 0
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: count - 1,
  }
  const to = steps[key]
  if (to === undefined) return undefined
  if (from === undefined && key.startsWith('Arrow')) return 0
  return Math.min(Math.max(to, 0), count - 1)
}

/** Which segments were freed at the last looks, and by what. */
function useFreed(map: SegmentMap): ReadonlyMap<number, Freed> {
  const before = useRef<SegmentMap>(map)
  const recent = useRef<ReadonlyMap<number, Freed>[]>([])
  const all = useRef<ReadonlyMap<number, Freed>>(new Map())
  if (before.current !== map) {
    const news = new Map<number, Freed>()
    for (const [i, bucket] of before.current.buckets.entries()) {
      if (bucket < 0 || map.buckets[i] !== SegmentKind.Free) continue
      const left = before.current.left[i]!
      news.set(i, left >= 0 && left <= EXPIRES_SECONDS ? 'expired' : 'evicted')
    }
    before.current = map
    recent.current = [...recent.current, news].slice(-RING_LOOKS)
    all.current = new Map(recent.current.flatMap((one) => [...one]))
  }
  return all.current
}

function useDark(): boolean {
  const query = matchMedia('(prefers-color-scheme: dark)')
  const [isDark, setDark] = useState(query.matches)
  useEffect(() => {
    const changed = (event: MediaQueryListEvent): void => setDark(event.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  return isDark
}

function describe(
  { buckets, dead, left, live, merged, step, ttls }: SegmentMap,
  at: number,
): string {
  const name = `Segment ${at * step + 1}`
  const bucket = buckets[at]
  if (bucket === undefined || bucket === SegmentKind.Free) return `${name}: free`
  if (bucket === SegmentKind.Staging) return `${name}: holds values that are arriving`
  const ttlEnd = ttls.find((row) => row.bucket === bucket)?.ttlEnd ?? null
  const end = left[at]! < 0 ? 'no end' : `over in ${readableSeconds(left[at]!)}`
  const kept = merged.includes(at) ? ', kept by a merge' : ''
  return `${name}: ${ttlName(ttlEnd)}, ${live[at]} % live, ${dead[at]} % dead, ${end}${kept}`
}
