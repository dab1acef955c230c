/**
 * The server second by second, for everybody who watches: each sample is made once, whoever watches, and
 * none while nobody does. The last two minutes are kept, for those who come or come back.
 *
 * ```text
 *   every second   sampler ──► event ──┬──► kept, 120 of them at most
 *                                      └──► every viewer; one that does not read is closed
 * ```
 *
 * @module
 */
import type { SegmentMap } from '@pelikan/core'
import type { About, LiveEnd, LiveEvent, LiveSample } from '@pelikan/live'
import { type Counter, type Gauge, type MetricDefinition, counter, gauge } from '@pelikan/metrics'
import type { LiveSampler } from './live-sampler.ts'

export const liveMetrics: {
  readonly viewers: MetricDefinition<'gauge'>
  readonly dropped: MetricDefinition<'counter'>
} = {
  viewers: gauge('admin_viewer', 'connections', 'Viewers of the live page and of top.'),
  dropped: counter(
    'admin_viewer_drop',
    'connections',
    'Viewers whose connections were closed because they did not read.',
  ),
}

const EVERY_MS = 1000
/** Samples between one look at the segments and the next. */
const SEGMENTS_EVERY = 2
const KEPT_MS = 120_000
const VIEWERS_MAX = 8
/** Bytes that may wait for a viewer to read them: what is kept, and some. */
const UNREAD_MAX = 1024 * 1024
/** How soon a browser's own client comes back. */
const RETRY = 'retry: 2000\n\n'

/** The connection of a viewer: the answer of `node:http`, or a test's own. */
export interface ViewerConnection {
  readonly write: (text: string) => unknown
  readonly end: () => unknown
  readonly destroy: () => unknown
  readonly on: (event: 'close', listener: () => void) => unknown
  /** Bytes that wait to be sent. */
  readonly writableLength: number
}

export interface LiveStreamOptions {
  readonly sampler: LiveSampler
  readonly about: Pick<About, 'name' | 'version' | 'pid'>
  /** What the storage shows of its segments; `undefined` where it has none. */
  readonly segmentMap: () => SegmentMap | undefined
  readonly counted: { readonly viewers: Gauge; readonly dropped: Counter }
  /** Call `tick` again and again; what it returns ends that. A timer of the machine without it. */
  readonly every?: (milliseconds: number, tick: () => void) => () => void
}

export class LiveStream {
  readonly #options: LiveStreamOptions
  readonly #every: NonNullable<LiveStreamOptions['every']>
  readonly #viewers = new Set<ViewerConnection>()
  readonly #kept: { readonly at: number; readonly text: string }[] = []
  #stop: (() => void) | undefined = undefined
  #ticks = 0
  #segments = ''
  #ended: LiveEnd | undefined = undefined

  constructor(options: LiveStreamOptions) {
    this.#options = options
    this.#every = options.every ?? every
  }

  /** Why somebody cannot be shown anything now; `undefined` where he can. */
  get refusal(): string | undefined {
    if (this.#ended !== undefined) return this.#ended.reason
    return this.#viewers.size < VIEWERS_MAX ? undefined : `${VIEWERS_MAX} watch already`
  }

  /**
   * Show it to one more, unless there is a {@link LiveStream.refusal}.
   *
   * @param since the time of the last sample that he has; 0 for none
   */
  add(viewer: ViewerConnection, since: number): void {
    viewer.on('close', () => this.#remove(viewer))
    // Whoever comes first has something to compare the next sample with.
    if (this.#stop === undefined) this.#start()
    const past = this.#kept.filter(({ at }) => at > since)
    const { about, sampler } = this.#options
    const { commands, names: metrics } = sampler
    const told: About = { ...about, commands, metrics, past: past.length }
    viewer.write(
      RETRY +
        eventText({ type: 'about', data: told }) +
        past.map(({ text }) => text).join('') +
        this.#segments,
    )
    this.#viewers.add(viewer)
    this.#options.counted.viewers.set(this.#viewers.size)
  }

  /** Tell everybody why it ends, and end it. */
  close(reason: string): void {
    this.#ended = { reason }
    const text = eventText({ type: 'end', data: this.#ended })
    for (const viewer of this.#viewers) {
      viewer.write(text)
      viewer.end()
    }
  }

  #start(): void {
    this.#ticks = 0
    this.#tick()
    this.#stop = this.#every(EVERY_MS, () => this.#tick())
  }

  #remove(viewer: ViewerConnection): void {
    this.#viewers.delete(viewer)
    this.#options.counted.viewers.set(this.#viewers.size)
    if (this.#viewers.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }

  #tick(): void {
    const sample = this.#options.sampler.next()
    const text = this.#keep(sample)
    let segments = ''
    if (this.#ticks++ % SEGMENTS_EVERY === 0) {
      const data = this.#options.segmentMap()
      this.#segments = data === undefined ? '' : eventText({ type: 'segments', data })
      segments = this.#segments
    }
    for (const viewer of this.#viewers) this.#send(viewer, text + segments)
  }

  #keep(sample: LiveSample): string {
    const { at } = sample
    const text = `id: ${at}\n${eventText({ type: 'sample', data: sample })}`
    this.#kept.push({ at, text })
    while (this.#kept[0]!.at <= at - KEPT_MS) this.#kept.shift()
    return text
  }

  #send(viewer: ViewerConnection, text: string): void {
    if (viewer.writableLength + text.length <= UNREAD_MAX) {
      viewer.write(text)
      return
    }
    this.#options.counted.dropped.increment()
    this.#remove(viewer)
    viewer.destroy()
  }
}

function eventText({ data, type }: LiveEvent): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
}

function every(milliseconds: number, tick: () => void): () => void {
  const timer = setInterval(tick, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
