/**
 * The segments drawn as a grid of cells, in the order in which they lie in memory:
 *
 * ```text
 *   +------+   nothing written yet     pale
 *   |      |
 *   |::::::|   dead items              the colour of the TTL, thin
 *   |######|   live items              the colour of the TTL, full
 *   +------+   free: an outline only; just freed: ringed for some seconds
 * ```
 *
 * @module
 */
import { SegmentKind, type SegmentMap } from '@pelikan/core'
import { color } from './chart.tsx'
import { ttlClass } from './ttl-color.ts'

export interface Grid {
  /** Pixels of a cell, its gap included. */
  readonly cell: number
  readonly columns: number
  readonly height: number
}

/** What a segment was just freed by. */
export type Freed = 'expired' | 'evicted'

const CELL_MAX = 26
const CELL_MIN = 5
const HEIGHT = 300

/** The largest cells with which `count` of them are at most 300 pixels high. */
export function gridFor(count: number, width: number): Grid {
  let cell = CELL_MAX
  while (cell > CELL_MIN && Math.ceil(count / Math.floor(width / cell)) * cell > HEIGHT) cell--
  const columns = Math.max(Math.floor(width / cell), 1)
  return { cell, columns, height: Math.ceil(count / columns) * cell }
}

export function drawGrid(
  context: CanvasRenderingContext2D,
  map: SegmentMap,
  grid: Grid,
  freed: ReadonlyMap<number, Freed>,
  chosen: number | undefined,
): void {
  const { cell, columns } = grid
  const gap = cell > 9 ? 2 : 1
  const side = cell - gap
  const ends = new Map(map.ttls.map(({ bucket, ttlEnd }) => [bucket, ttlEnd]))
  const paints = new Map<number, readonly [full: string, thin: string, pale: string]>()
  for (const bucket of new Set(map.buckets)) {
    const name = bucket < 0 ? '--muted' : ttlClass(ends.get(bucket) ?? null).color
    paints.set(bucket, [color(name), color(name, 0.4), color(name, 0.13)])
  }
  const merged = new Set(map.merged)
  const free = color('--free-line')
  const surface = color('--panel')
  const rings = { expired: color('--expired'), evicted: color('--evicted') }
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  for (const [i, bucket] of map.buckets.entries()) {
    const x = (i % columns) * cell
    const y = Math.floor(i / columns) * cell
    if (bucket === SegmentKind.Free) {
      context.strokeStyle = free
      context.lineWidth = 1
      context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1)
      const why = freed.get(i)
      if (why !== undefined) ring(context, rings[why], x, y, side)
      continue
    }
    const [full, thin, pale] = paints.get(bucket)!
    const live = Math.round((side * map.live[i]!) / 100)
    const dead = Math.min(Math.round((side * map.dead[i]!) / 100), side - live)
    context.fillStyle = pale
    context.fillRect(x, y, side, side)
    context.fillStyle = thin
    context.fillRect(x, y + side - live - dead, side, dead)
    context.fillStyle = full
    context.fillRect(x, y + side - live, side, live)
    if (merged.has(i) && side >= 8) notch(context, surface, x, y, side)
  }
  if (chosen === undefined) return
  const x = (chosen % columns) * cell
  ring(context, color('--text'), x, Math.floor(chosen / columns) * cell, side)
}

function ring(
  context: CanvasRenderingContext2D,
  style: string,
  x: number,
  y: number,
  side: number,
): void {
  context.strokeStyle = style
  context.lineWidth = 2
  context.strokeRect(x + 1, y + 1, side - 2, side - 2)
}

/** A corner cut off: what a merge has kept. */
function notch(
  context: CanvasRenderingContext2D,
  style: string,
  x: number,
  y: number,
  side: number,
): void {
  const cut = Math.max(Math.round(side / 3), 3)
  context.fillStyle = style
  context.beginPath()
  context.moveTo(x + side - cut, y)
  context.lineTo(x + side, y)
  context.lineTo(x + side, y + cut)
  context.fill()
}
