/**
 * How long requests take, by command: from the moment that a session begins to serve what has arrived
 * until the answer is in its output. What the network and the kernel add is not in it.
 *
 * A clock costs as much as a short request, so one turn of `sample` is timed, and in it every request:
 * each request has the same chance to be measured, those deep in a pipeline too, whose time includes
 * the requests before them.
 *
 * @module
 */
import type { Histogram, MetricDefinition, MetricGroup, Metrics } from '@pelikan/metrics'

/** Which commands of a protocol are timed, each in a histogram of nanoseconds. */
export interface TimedCommands<Request> {
  readonly metrics: Readonly<Record<string, MetricDefinition<'histogram'>>>
  /** The place of the request's histogram among `metrics`; -1 for a request that is not timed. */
  readonly commandOf: (request: Request) => number
}

/** Turns of which one is timed, where nobody says otherwise. */
export const LATENCY_SAMPLE = 100

const NANOSECONDS_PER_MILLISECOND = 1e6

export class RequestTimer<Request> {
  /** Whether this turn is timed. */
  isOn = false
  readonly #sample: number
  readonly #commandOf: (request: Request) => number
  readonly #histograms: readonly Histogram[]
  readonly #now: () => number
  #turnsLeft: number
  #turnBegan = 0
  #command = -1

  /**
   * @param sample turns of which one is timed; 0 for none
   * @param now milliseconds, with fractions
   */
  constructor(
    commands: TimedCommands<Request> | undefined,
    metrics: Metrics,
    sample: number,
    now: () => number = () => performance.now(),
  ) {
    this.#sample = commands === undefined ? 0 : sample
    this.#turnsLeft = this.#sample
    this.#commandOf = commands?.commandOf ?? (() => -1)
    this.#histograms = Object.values(metrics.bind(commands?.metrics ?? {}))
    this.#now = now
  }

  startTurn(): void {
    if (this.#sample === 0) return
    this.isOn = --this.#turnsLeft === 0
    if (!this.isOn) return
    this.#turnsLeft = this.#sample
    this.#turnBegan = this.#now()
  }

  /** Remember which command `request` is: executing it may change it. Only while {@link RequestTimer.isOn}. */
  begin(request: Request): void {
    this.#command = this.#commandOf(request)
  }

  /**
   * The answer is written.
   *
   * @returns nanoseconds since the turn began
   */
  end(): number {
    const took = (this.#now() - this.#turnBegan) * NANOSECONDS_PER_MILLISECOND
    this.#histograms[this.#command]?.record(took)
    return took
  }
}

/** The metrics of `commands`, as a list of groups. */
export function timedGroups(
  commands: { readonly metrics: MetricGroup } | undefined,
): readonly MetricGroup[] {
  return commands === undefined ? [] : [commands.metrics]
}
