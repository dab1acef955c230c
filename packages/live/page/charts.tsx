/**
 * The charts, those that the server has numbers for.
 *
 * @module
 */
import type { Figures } from '../src/figures.ts'
import {
  readableBytes,
  readableCount,
  readableNanoseconds,
  readablePercent,
} from '../src/readable.ts'
import { figuresAt } from './moment.ts'
import { ChartPanel, type Drawn, type Shown } from './panel.tsx'
import { Workers } from './tables.tsx'

const REQUESTS: readonly Drawn[] = [
  { name: 'requests', color: '--blue', fill: 'thin', read: ({ requests }) => requests },
]
const LATENCY: readonly Drawn[] = [
  { name: 'p50', color: '--teal', read: ({ latency }) => latency?.p50 },
  { name: 'p99', color: '--amber', read: ({ latency }) => latency?.p99 },
  { name: 'p999', color: '--rose', read: ({ latency }) => latency?.p999 },
]
const HITS: readonly Drawn[] = [
  { name: 'hits', color: '--teal', fill: 'thin', read: ({ hitRatio }) => hitRatio },
]
const NETWORK: readonly Drawn[] = [
  { name: 'received', color: '--blue', read: ({ received }) => received },
  { name: 'sent', color: '--violet', read: ({ sent }) => sent },
]
const CONNECTIONS: readonly Drawn[] = [
  { name: 'connections', color: '--violet', fill: 'thin', read: ({ connections }) => connections },
]
const PART_COLORS = ['--teal', '--amber', '--violet'] as const
const DROPPED: readonly Drawn[] = [
  { name: 'evicted', color: '--rose', read: ({ dropped }) => dropped?.evicted },
  { name: 'expired', color: '--amber', read: ({ dropped }) => dropped?.expired },
]

export function Charts({ shown }: { readonly shown: Shown }) {
  const { figures, moment } = shown
  const last = figures.at(-1)!
  const now = figuresAt(figures, moment) ?? last
  const some = (has: (one: Figures) => boolean): boolean => figures.some(has)
  const hasHits = some(({ hitRatio }) => hitRatio !== undefined)
  const hasTimes = last.commands.length > 0 || some(({ latency }) => latency !== undefined)
  const connectionChart = (width: 'third' | 'half') => (
    <ChartPanel
      key="Connections"
      title="Connections"
      width={width}
      value={({ connections }) => readableCount(connections)}
      drawn={CONNECTIONS}
      readable={readableCount}
      shown={shown}
    />
  )
  return (
    <>
      <ChartPanel
        key="Requests"
        title="Requests"
        width="half"
        value={({ requests }) => readableCount(requests)}
        unit="per second"
        drawn={REQUESTS}
        readable={readableCount}
        shown={shown}
      />
      {!hasTimes && connectionChart('half')}
      {hasTimes && (
        <ChartPanel
          key="Latency"
          title="Latency"
          width="half"
          value={({ latency }) => (latency === undefined ? '–' : readableNanoseconds(latency.p99))}
          unit="p99, in the server"
          drawn={LATENCY}
          readable={readableNanoseconds}
          scale="logarithmic"
          shown={shown}
        />
      )}
      {hasHits && (
        <ChartPanel
          key="Hit ratio"
          title="Hit ratio"
          width="third"
          value={({ hitRatio }) => (hitRatio === undefined ? '–' : readablePercent(hitRatio))}
          drawn={HITS}
          readable={readablePercent}
          top={1}
          shown={shown}
        />
      )}
      <MemoryChart shown={shown} now={last} />
      <Workers now={now} />
      <ChartPanel
        key="Network"
        title="Network"
        width="third"
        value={({ sent }) => readableBytes(sent)}
        unit="per second sent"
        drawn={NETWORK}
        readable={readableBytes}
        scale="binary"
        shown={shown}
      />
      {last.dropped !== undefined && (
        <ChartPanel
          key="Items dropped"
          title="Items dropped"
          width="third"
          value={({ dropped }) => readableCount((dropped?.evicted ?? 0) + (dropped?.expired ?? 0))}
          unit="per second"
          drawn={DROPPED}
          readable={readableCount}
          shown={shown}
        />
      )}
      {hasTimes && connectionChart('third')}
    </>
  )
}

function MemoryChart({ now, shown }: { readonly shown: Shown; readonly now: Figures }) {
  const { bytes, parts, whole } = now.memory
  const isOfItems = whole === 'items'
  const drawn = parts.map(({ name }, i): Drawn => {
    const isRest = i === parts.length - 1
    return {
      name,
      color: isRest ? '--free' : PART_COLORS[i % PART_COLORS.length]!,
      fill: 'whole',
      read: ({ memory }) => memory.parts.find((part) => part.name === name)?.bytes,
    }
  })
  return (
    <ChartPanel
      title={isOfItems ? 'Memory of items' : 'Memory of the process'}
      width="third"
      value={({ memory }) =>
        isOfItems ? readablePercent(memory.used) : readableBytes(memory.bytes)
      }
      {...(isOfItems ? { unit: `of ${readableBytes(bytes)} in use`, top: bytes } : {})}
      drawn={drawn}
      readable={readableBytes}
      scale="binary"
      stacked
      shown={shown}
    />
  )
}
