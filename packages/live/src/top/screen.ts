/**
 * A screen of figures for a terminal, and a line of them for whatever is none.
 *
 * @module
 */
import { type Figures, isBusy } from '../figures.ts'
import {
  readableBytes,
  readableCount,
  readableNanoseconds,
  readablePercent,
  readableSeconds,
} from '../readable.ts'
import type { About, LatencySample } from '../sample.ts'

const LABEL = 14
const CELL = 12
const BAR = 30
const NONE = '-'

/**
 * @param rows of the terminal: what does not fit is left out, from the bottom
 * @param columns of the terminal: lines are cut there
 */
export function screen(
  about: About,
  figures: Figures,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string[] {
  const { cpus, dropped, latency, memory, segments, trouble } = figures
  const uptime = readableSeconds(figures.uptime)
  const lines = [
    `${about.name} ${about.version}, process ${about.pid}, up ${uptime}, ${clock(figures.at)}`,
    '',
    line('requests', [`${readableCount(figures.requests)}/s`]),
    line('hit ratio', [optional(figures.hitRatio, readablePercent)]),
    line('latency', latencyCells(latency)),
    line('memory', [`${bar(memory.used)} ${readablePercent(memory.used)}`]),
    line(
      '',
      memory.parts.map(({ bytes, name }) => `${name} ${readableBytes(bytes)}`),
    ),
    line('connections', [readableCount(figures.connections)]),
    line('network', [
      `in ${readableBytes(figures.received)}/s`,
      `out ${readableBytes(figures.sent)}/s`,
    ]),
    line('processor', [`${cpus.toFixed(2)} CPUs`]),
    ...listed('dropped', rates(dropped)),
    ...listed('segments', rates(segments)),
    ...listed(
      'trouble',
      trouble.map(({ name, rate }) => `${name} ${readableCount(rate)}/s`),
    ),
    ...commands(figures),
    ...workers(figures),
  ]
  return lines.slice(0, Math.max(rows - 1, 1)).map((text) => shown(text).slice(0, columns))
}

/** Names of the columns of {@link row}. */
export const ROW_HEAD: string = [
  'time'.padEnd(9),
  ...['req/s', 'hits', 'p50', 'p99', 'p999', 'memory', 'conns', 'CPUs'].map((name) =>
    name.padStart(9),
  ),
].join('')

/** Figures in one line. */
export function row(figures: Figures): string {
  const { at, connections, cpus, hitRatio, latency, memory, requests } = figures
  return [
    clock(at).padEnd(9),
    ...[
      readableCount(requests),
      optional(hitRatio, readablePercent),
      optional(latency?.p50, readableNanoseconds),
      optional(latency?.p99, readableNanoseconds),
      optional(latency?.p999, readableNanoseconds),
      readablePercent(memory.used),
      readableCount(connections),
      cpus.toFixed(2),
    ].map((cell) => cell.padStart(9)),
  ].join('')
}

function commands({ commands: all, requests }: Figures): string[] {
  const asked = all.filter(isBusy).toSorted((a, b) => (b.rate ?? 0) - (a.rate ?? 0))
  if (asked.length === 0) return []
  return [
    '',
    table('command', ['req/s', 'share', 'hits', 'p50', 'p99', 'p999']),
    ...asked.map(({ hitRatio, latency, name, rate }) =>
      table(name, [
        optional(rate, readableCount),
        optional(
          rate === undefined || requests === 0 ? undefined : rate / requests,
          readablePercent,
        ),
        optional(hitRatio, readablePercent),
        optional(latency?.p50, readableNanoseconds),
        optional(latency?.p99, readableNanoseconds),
        optional(latency?.p999, readableNanoseconds),
      ]),
    ),
  ]
}

function workers({ requests, workers: all }: Figures): string[] {
  if (all.length < 2) return []
  return [
    '',
    table('worker', ['req/s', 'conns']),
    ...all.map(
      ({ connections, rate }, i) =>
        `${table(String(i + 1), [readableCount(rate), String(connections)])}  ` +
        bar(requests === 0 ? 0 : rate / requests),
    ),
  ]
}

function latencyCells(latency: LatencySample | undefined): string[] {
  if (latency === undefined) return [NONE]
  const { max, p50, p99, p999 } = latency
  return Object.entries({ p50, p99, p999, max }).map(
    ([name, value]) => `${name} ${readableNanoseconds(value)}`,
  )
}

function rates(found: object | undefined): string[] {
  return Object.entries(found ?? {}).map(
    ([name, rate]: [string, number]) => `${name} ${readableCount(rate)}/s`,
  )
}

function listed(label: string, cells: readonly string[]): string[] {
  return cells.length === 0 ? [] : [line(label, cells)]
}

function line(label: string, cells: readonly string[]): string {
  return `${label.padEnd(LABEL)}${cells.join('   ')}`
}

function table(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL) + cells.map((cell) => cell.padStart(CELL)).join('')
}

function bar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * BAR)
  return '█'.repeat(full) + '░'.repeat(BAR - full)
}

function optional<Value>(value: Value | undefined, readable: (value: Value) => string): string {
  return value === undefined ? NONE : readable(value)
}

/** The time of day where this runs. */
function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

/** A server's name is its own: what it says must not move the cursor. */
function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '')
}
