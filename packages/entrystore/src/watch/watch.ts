/**
 * `watch`: a client is shown what happens on all workers, as it happens, until it leaves.
 *
 * ```text
 *   worker 1   session ─► WatchObserver ─► EventPost ─┐                 ┌─► Watcher ─► the client's session
 *              storage ─► evictions     ─► EventPost ─┼─ EventRings ────┤
 *   worker 2   session ─► WatchObserver ─► EventPost ─┘  shared memory  └─► Watcher
 * ```
 *
 * @module
 */
import type { AnswerSource, Clock, EvictionListener, KeyedItem, Observer } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import type { MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { Expiry, type TimeType } from '../expiry.ts'
import { EventKind } from './event-kind.ts'
import { EventPost } from './event-post.ts'
import { evictionText } from './event-text.ts'
import { WatchMemory, countsOf, makeWatchMemory } from './watch-memory.ts'
import { WatchObserver } from './watch-observer.ts'
import { Watcher } from './watcher.ts'

const EVICTIONS = countsOf(EventKind.Eviction)

/** What a worker watches and is watched with. */
export interface WatchContext {
  readonly clock: Clock
  /** Its row tells workers apart. */
  readonly metrics: Metrics
  /** How exptimes are read; memcached's way by default. */
  readonly timeType?: TimeType
  /** Milliseconds since 1970; by default the machine's, to the microsecond. */
  readonly now?: () => number
}

/** What one worker has of `watch`. */
export class Watch implements EvictionListener {
  readonly #memory: WatchMemory
  readonly #post: EventPost
  readonly #clock: Clock
  readonly #expiry: Expiry

  /** @param memory what {@link watchPart} shares, the same for all workers */
  constructor(memory: unknown, { clock, metrics, now, timeType }: WatchContext) {
    this.#memory = new WatchMemory(memory as SharedArrayBuffer)
    this.#post = new EventPost(this.#memory, metrics.row, now ?? machineTime)
    this.#clock = clock
    this.#expiry = new Expiry(clock, timeType ?? 'Memcache')
  }

  /** Whether evictions are watched. */
  get isOn(): boolean {
    return this.#post.watches(EVICTIONS)
  }

  evicted(item: KeyedItem): void {
    this.#post.post(EventKind.Eviction, evictionText(item, this.#clock))
  }

  /** What tells of the worker's requests and connections. */
  observer(): Observer<MemcacheRequest, MemcacheResponse> {
    return new WatchObserver(this.#post, this.#expiry, this.#clock)
  }

  /**
   * Watch `kinds`, bits of `EventKind`.
   *
   * @returns `undefined` where there are as many watchers as may be
   */
  start(kinds: number): AnswerSource | undefined {
    const watcher = this.#memory.join(kinds)
    return watcher < 0 ? undefined : new Watcher(this.#memory, watcher, kinds)
  }
}

/** The observers that `watch` needs, by the name that {@link Watch}'s memory is found under. */
export interface WatchPart {
  readonly name: string
  readonly share: (workers: number) => SharedArrayBuffer
  readonly attach: (
    memory: unknown,
    context: WatchContext,
  ) => Observer<MemcacheRequest, MemcacheResponse>
}

export function watchPart(timeType?: TimeType): WatchPart {
  return {
    name: 'watch',
    share: makeWatchMemory,
    attach: (memory, context) =>
      new Watch(memory, timeType === undefined ? context : { ...context, timeType }).observer(),
  }
}

function machineTime(): number {
  return performance.timeOrigin + performance.now()
}
