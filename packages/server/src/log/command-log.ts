/**
 * The command log, on the side of the workers: of the requests that are sampled, a line each, put into the
 * queue of the worker.
 *
 * ```text
 *   2026-11-25T20:55:12.123Z "get user:1" 4 512⏎
 *   time, by UTC             what the protocol says of the request
 * ```
 *
 * A worker that finds its queue full counts and goes on.
 *
 * @module
 */
import { LF } from '@pelikan/buffer'
import type { Observer } from '@pelikan/core'
import { type BoundMetrics, type MetricDefinition, counter } from '@pelikan/metrics'
import type { ObserverPart } from '../process-parts.ts'
import { LineQueue } from './line-queue.ts'
import { TIME_BYTES, TimeStamp } from './time-stamp.ts'

/** Of the part, for {@link Process.observed}. */
export const COMMAND_LOG = 'command log'

export const commandLogMetrics: {
  readonly logged: MetricDefinition<'counter'>
  readonly discarded: MetricDefinition<'counter'>
  readonly skipped: MetricDefinition<'counter'>
  readonly lost: MetricDefinition<'counter'>
} = {
  logged: counter('klog_logged', 'lines', 'Lines written to the command log.'),
  discarded: counter(
    'klog_discard',
    'lines',
    'Lines of the command log dropped: the queue was full, or the line too long.',
  ),
  skipped: counter(
    'klog_skip',
    'requests',
    'Requests sampled for the command log that have no line there: errors, and commands without a key.',
  ),
  lost: counter('klog_lost', 'lines', 'Lines of the command log that its file did not take.'),
}

/** Bytes that a {@link WriteLine} may write at most. */
export const LINE_BYTES_MAX = 2048

/**
 * Write what the log says of a request, without the time and without a line end, from `line[at]` on.
 *
 * @returns where it ends; `at` for a request that has no line
 */
export type WriteLine<Request, Response> = (
  request: Request,
  response: Response,
  line: Buffer,
  at: number,
) => number

export interface CommandLogOptions {
  /** Of so many requests of a worker one is logged; 0 for none. */
  readonly sample: number
  /** Lines of the largest size that wait in a worker until they are written. */
  readonly queueDepth: number
  /** The largest size of a line, its time and its end included. */
  readonly singleMessageSizeBytes: number
}

/** Logs requests; {@link CommandLogWriter} takes the lines to a file. */
export function commandLog<Request, Response>(
  options: CommandLogOptions,
  write: WriteLine<Request, Response>,
): ObserverPart<Request, Response> {
  const { queueDepth, singleMessageSizeBytes } = options
  return {
    name: COMMAND_LOG,
    share: (workers) =>
      Array.from({ length: workers }, () => LineQueue.memory(queueDepth * singleMessageSizeBytes)),
    attach: (shared, { metrics }) => {
      const queues = shared as readonly SharedArrayBuffer[]
      // Rows are 1 to N where there are N threads, and 0 where there is none.
      const queue = new LineQueue(queues[metrics.row % queues.length]!)
      return new CommandLog(options, write, queue, metrics.bind(commandLogMetrics))
    },
  }
}

class CommandLog<Request, Response> implements Observer<Request, Response> {
  readonly sample: number
  readonly #lineBytesMax: number
  readonly #write: WriteLine<Request, Response>
  readonly #queue: LineQueue
  readonly #counted: BoundMetrics<typeof commandLogMetrics>
  readonly #line = Buffer.alloc(TIME_BYTES + LINE_BYTES_MAX + 1)
  readonly #time = new TimeStamp()

  constructor(
    options: CommandLogOptions,
    write: WriteLine<Request, Response>,
    queue: LineQueue,
    counted: BoundMetrics<typeof commandLogMetrics>,
  ) {
    this.sample = options.sample
    this.#lineBytesMax = options.singleMessageSizeBytes
    this.#write = write
    this.#queue = queue
    this.#counted = counted
  }

  observe(request: Request, response: Response): void {
    const line = this.#line
    const end = this.#write(request, response, line, TIME_BYTES)
    if (end === TIME_BYTES) {
      this.#counted.skipped.increment()
      return
    }
    this.#time.write(line, Date.now())
    line[end] = LF
    const length = end + 1
    if (length > this.#lineBytesMax || !this.#queue.put(line, length)) {
      this.#counted.discarded.increment()
    }
  }
}
