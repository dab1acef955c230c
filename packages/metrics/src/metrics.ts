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
 * Threads that were given {@link Metrics.memory} view one block: each counts in a row of its own, and
 * all read the sums.
 *
 * A float64 counts exactly to 2^53.
 *
 * @module
 */
import type { MetricDefinition, MetricGroup } from './metric.ts'
import { Counter, Gauge } from './slot.ts'

/**
 * Unused slots behind each row. A cache line of 64 bytes holds 8 slots, and the memory need not begin
 * with one (V8 aligns it to 16 bytes): 7 slots keep the next row off the last line wherever it begins.
 */
const PADDING_SLOTS = 7

/** The counters and gauges of a group, by the names that the group gives them. */
export type BoundMetrics<Group extends MetricGroup> = {
  readonly [Name in keyof Group]: Group[Name] extends MetricDefinition<'counter'> ? Counter : Gauge
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
    for (const [column, { name }] of this.definitions.entries()) {
      if (this.#columns.has(name)) throw new TypeError(`two metrics are called "${name}"`)
      this.#columns.set(name, column)
    }
    const width = this.definitions.length + PADDING_SLOTS
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
    const bound: Record<string, Counter | Gauge> = {}
    for (const [key, { kind, name }] of Object.entries(group)) {
      const column = this.#column(name)
      bound[key] = kind === 'counter' ? new Counter(slots, column) : new Gauge(slots, column)
    }
    return bound as BoundMetrics<Group>
  }

  /** The sum of a metric over all workers. */
  read(metric: MetricDefinition): number {
    return this.#sum(this.#column(metric.name))
  }

  /** What a counter has counted since the last {@link Metrics.mark}; a gauge as {@link Metrics.read} reads it. */
  readSinceMark(metric: MetricDefinition): number {
    const column = this.#column(metric.name)
    const sum = this.#sum(column)
    return metric.kind === 'counter' ? sum - this.#mark[column]! : sum
  }

  /** Remember what everything stands at, for the readers of all threads. */
  mark(): void {
    for (let column = 0; column < this.definitions.length; column++) {
      this.#mark[column] = this.#sum(column)
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
