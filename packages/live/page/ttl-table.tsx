/**
 * The TTL buckets as a table, which says in numbers what the map of segments shows, and how to read that.
 *
 * @module
 */
import type { SegmentMap, TtlRow } from '@pelikan/core'
import { readableCount, readablePercent } from '../src/readable.ts'
import { Panel } from './panel.tsx'
import { TTL_CLASSES, ttlClass, ttlName } from './ttl-color.ts'

/** More rows than this are put together by their colours. */
const TTL_ROWS = 10

interface TtlSum extends Pick<TtlRow, 'segments' | 'liveItems' | 'liveBytes' | 'deadBytes'> {
  readonly name: string
  readonly color: string
}

export function TtlTable({ map: { segmentBytes, ttls } }: { readonly map: SegmentMap }) {
  const rows = ttls.length > TTL_ROWS ? byColor(ttls) : ttls.map(asRow)
  return (
    <Panel title="Times to live" width="third" value={String(ttls.length)} unit="buckets">
      {rows.length === 0 ? (
        <p class="nothing">Nothing is stored.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col" class="grows">
                TTL
              </th>
              <th scope="col">segments</th>
              <th scope="col">items</th>
              <th scope="col">live</th>
              <th scope="col">dead</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ color, deadBytes, liveBytes, liveItems, name, segments }) => (
              <tr key={name}>
                <th scope="row" class="grows">
                  <i class="swatch" style={{ background: `var(${color})` }} />
                  {name}
                </th>
                <td>{readableCount(segments)}</td>
                <td>{readableCount(liveItems)}</td>
                <td>{readablePercent(liveBytes / (segments * segmentBytes))}</td>
                <td>{readablePercent(deadBytes / (segments * segmentBytes))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Marks />
    </Panel>
  )
}

const MARKS = [
  ['live', 'items, by the bytes that they take'],
  ['thin', 'dead: overwritten or deleted, not yet reclaimed'],
  ['cut', 'what a merge has kept'],
  ['free', 'free'],
  ['ring expired', 'just freed: its time was over'],
  ['ring evicted', 'just freed: evicted, or merged into another'],
] as const

function Marks() {
  return (
    <ul class="marks" aria-label="How to read the map">
      {MARKS.map(([mark, meaning]) => (
        <li key={mark}>
          <i class={mark} />
          {meaning}
        </li>
      ))}
    </ul>
  )
}

function asRow(row: TtlRow): TtlSum {
  return { ...row, name: ttlName(row.ttlEnd), color: ttlClass(row.ttlEnd).color }
}

function byColor(ttls: readonly TtlRow[]): TtlSum[] {
  return TTL_CLASSES.flatMap(({ color, name }) => {
    const rows = ttls.filter(({ ttlEnd }) => ttlClass(ttlEnd).name === name)
    if (rows.length === 0) return []
    const sum = (of: 'segments' | 'liveItems' | 'liveBytes' | 'deadBytes'): number =>
      rows.reduce((total, row) => total + row[of], 0)
    return [
      {
        name,
        color,
        segments: sum('segments'),
        liveItems: sum('liveItems'),
        liveBytes: sum('liveBytes'),
        deadBytes: sum('deadBytes'),
      },
    ]
  })
}
