/**
 * All metrics of a process in one block of shared memory.
 *
 * ```text
 *              slot 0     slot 1     ...
 *   worker 0   | float64  | float64  |   a row is written by one worker, and padded so that no cache
 *   worker 1   | float64  | float64  |   line holds slots of two workers, who would disturb each other
 *   read       = the sum of a column
 *   mark       | float64  | float64  |   the sums at the last mark
 * ```
 *
 * A counter or a gauge has one slot, a histogram as many as it has buckets, and two.
 *
 * Threads that were given {@link Metrics.memory} view one block: each counts in a row of its own, and
 * all read the sums.
 *
 * A float64 counts exactly to 2^53.
 *
 * @module
 */
import { Distribution } from './distribution.ts'
import { Histogram, SUM, histogramSlots } from './histogram.ts'
import type { MetricDefinition, MetricGroup } from './metric.ts'
import { Counter, Gauge } from './slot.ts'

/**
 * Unused slots behind each row. A cache line of 64 bytes holds 8 slots, and the memory need not begin
 * with one (V8 aligns it to 16 bytes): 7 slots keep the next row off the last line wherever it begins.
 */
const PADDING_SLOTS = 7

/** Buckets for each doubling of a value, as a power of two: a percentile is at most 1.6 % too large. */
const HISTOGRAM_BITS = 6
const HISTOGRAM_SLOTS: number = histogramSlots(HISTOGRAM_BITS)

/** What is counted with, of each kind. */
export interface Slots {
  readonly counter: Counter
  readonly gauge: Gauge
  readonly histogram: Histogram
}

/** What a group is counted with, by the names that the group gives its metrics. */
export type BoundMetrics<Group extends MetricGroup> = {
  readonly [Name in keyof Group]: Slots[Group[Name]['kind']]
}

export class Metrics {
  /** Every metric, in the order of the groups. */
  readonly definitions: readonly MetricDefinition[]
  /** The block: with it, another thread makes the same metrics. */
  readonly memory: SharedArrayBuffer
  /** The row that is counted in unless another is named. */
  readonly row: number
  readonly #columns = new Map<string, number>()
  readonly #rows: readonly Float64Array[]
  readonly #mark: Float64Array

  /**
   * @param groups the metrics of every module in the process
   * @param workers rows
   * @param memory the block of metrics that another thread made with the same groups and as many workers
   * @param row the one of this thread
   * @throws TypeError where two metrics have one name, and for a block of other metrics
   */
  constructor(groups: readonly MetricGroup[], workers = 1, memory?: SharedArrayBuffer, row = 0) {
    this.definitions = groups.flatMap((group) => Object.values(group))
    let slotCount = 0
    for (const { kind, name } of this.definitions) {
      if (this.#columns.has(name)) throw new TypeError(`two metrics are called "${name}"`)
      this.#columns.set(name, slotCount)
      slotCount += kind === 'histogram' ? HISTOGRAM_SLOTS : 1
    }
    const width = slotCount + PADDING_SLOTS
    const rowBytes = width * Float64Array.BYTES_PER_ELEMENT
    const bytes = (workers + 1) * rowBytes
    if (memory !== undefined && memory.byteLength !== bytes) {
      throw new TypeError(`the memory has ${memory.byteLength} bytes and these metrics ${bytes}`)
    }
    this.memory = memory ?? new SharedArrayBuffer(bytes)
    this.row = row
    const slots = (at: number): Float64Array => new Float64Array(this.memory, at * rowBytes, width)
    this.#rows = Array.from({ length: workers }, (_, at) => slots(at))
    this.#mark = slots(workers)
  }

  /**
   * What worker `row` counts `group` with.
   *
   * @throws TypeError where the group is not one of this block's
   */
  bind<Group extends MetricGroup>(group: Group, row: number = this.row): BoundMetrics<Group> {
    const slots = this.#rows[row]
    if (slots === undefined) throw new TypeError(`there is no worker ${row}`)
    const bound: Record<string, Slots[keyof Slots]> = {}
    for (const [key, { kind, name }] of Object.entries(group)) {
      const column = this.#column(name)
      if (kind === 'counter') bound[key] = new Counter(slots, column)
      else if (kind === 'gauge') bound[key] = new Gauge(slots, column)
      else bound[key] = new Histogram(slots, column, HISTOGRAM_BITS)
    }
    return bound as BoundMetrics<Group>
  }

  /** The sum of a metric over all workers; of a histogram, how many values it has recorded. */
  read(metric: MetricDefinition): number {
    if (metric.kind === 'histogram') return this.distribution(metric).count
    return this.#sum(this.#column(metric.name))
  }

  /** Workers that there are rows for. */
  get rowCount(): number {
    return this.#rows.length
  }

  /**
   * What worker `row` alone has counted of a counter or a gauge.
   *
   * @throws TypeError where there is no such worker
   */
  readRow(metric: MetricDefinition<'counter' | 'gauge'>, row: number): number {
    const slots = this.#rows[row]
    if (slots === undefined) throw new TypeError(`there is no worker ${row}`)
    return slots[this.#column(metric.name)]!
  }

  /** All values together that a histogram has recorded on all workers: one look at each, whatever it holds. */
  total(metric: MetricDefinition<'histogram'>): number {
    return this.#sum(this.#column(metric.name) + SUM)
  }

  /** What the histogram has recorded on all workers up to now. */
  distribution(metric: MetricDefinition): Distribution {
    const first = this.#column(metric.name)
    if (metric.kind !== 'histogram') throw new TypeError(`"${metric.name}" is a ${metric.kind}`)
    const sum = new Distribution(new Float64Array(HISTOGRAM_SLOTS), HISTOGRAM_BITS)
    for (const row of this.#rows) {
      sum.add(new Distribution(row.subarray(first, first + HISTOGRAM_SLOTS), HISTOGRAM_BITS))
    }
    return sum
  }

  /** What has been counted since the last {@link Metrics.mark}; a gauge as {@link Metrics.read} reads it. */
  readSinceMark(metric: MetricDefinition): number {
    const read = this.read(metric)
    return metric.kind === 'gauge' ? read : read - this.#mark[this.#column(metric.name)]!
  }

  /** Remember what everything stands at, for the readers of all threads. */
  mark(): void {
    for (const metric of this.definitions) {
      this.#mark[this.#column(metric.name)] = this.read(metric)
    }
  }

  #sum(column: number): number {
    let sum = 0
    for (const row of this.#rows) sum += row[column]!
    return sum
  }

  #column(name: string): number {
    const column = this.#columns.get(name)
    if (column === undefined) throw new TypeError(`metric "${name}" is not declared here`)
    return column
  }
}
