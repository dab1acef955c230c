/**
 * What the page knows: the figures of the last ten minutes, the segments, and how it stands with the
 * server. It comes back by itself when the connection is lost, and asks for what it has missed.
 *
 * @module
 */
import type { SegmentMap } from '@pelikan/core'
import { type LiveError } from '../src/errors.ts'
import { type Figures, figuresBetween } from '../src/figures.ts'
import type { About, LiveSample } from '../src/sample.ts'
import { watch } from '../src/watch.ts'
import { keepToken, knownToken } from './token.ts'

export interface Known {
  /** `denied`: a token is needed, or another one. */
  readonly state: 'connecting' | 'live' | 'lost' | 'denied'
  /** Why it is not live, for people. */
  readonly reason: string
  readonly about: About | undefined
  /** Oldest first. */
  readonly figures: readonly Figures[]
  readonly segments: SegmentMap | undefined
}

const KEPT_MS = 600_000
const RETRY_MS = [1000, 2000, 5000] as const

export class Store {
  readonly #changed: (known: Known) => void
  #known: Known = {
    state: 'connecting',
    reason: '',
    about: undefined,
    figures: [],
    segments: undefined,
  }
  #last: LiveSample | undefined = undefined
  #tries = 0

  /** @param changed called with what is known, whenever that changes */
  constructor(changed: (known: Known) => void) {
    this.#changed = changed
  }

  /** Watch, and go on. */
  async start(): Promise<void> {
    try {
      for await (const event of watch(location.origin, {
        token: knownToken(),
        since: this.#last?.at,
      })) {
        if (event.type === 'about') this.#begin(event.data)
        else if (event.type === 'sample') this.#add(event.data)
        else if (event.type === 'segments') this.#set({ segments: event.data })
        else this.#set({ state: 'lost', reason: event.data.reason })
      }
    } catch (error) {
      const { code, message } = error as LiveError
      if (code === 'PELIKAN_LIVE_TOKEN_NEEDED') {
        this.#set({ state: 'denied', reason: message })
        return
      }
      this.#set({ state: 'lost', reason: message })
    }
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)]
    setTimeout(() => void this.start(), wait)
  }

  /** Try again with another token. */
  useToken(token: string): void {
    keepToken(token)
    this.#set({ state: 'connecting', reason: '' })
    void this.start()
  }

  #begin(about: About): void {
    this.#tries = 0
    if (about.pid === this.#known.about?.pid) {
      this.#set({ state: 'live', reason: '', about })
      return
    }
    // Another process counts from 0.
    this.#last = undefined
    this.#set({ state: 'live', reason: '', about, figures: [], segments: undefined })
  }

  #add(sample: LiveSample): void {
    const { about, figures } = this.#known
    const before = this.#last
    this.#last = sample
    if (before === undefined || about === undefined) return
    const next = figuresBetween(before, sample, about)
    const kept = figures.filter(({ at }) => at > sample.at - KEPT_MS)
    this.#set({ figures: [...kept, next] })
  }

  #set(news: Partial<Known>): void {
    this.#known = { ...this.#known, ...news }
    this.#changed(this.#known)
  }
}
