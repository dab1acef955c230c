/**
 * What the admin endpoint shows.
 *
 * ```text
 *   /                         the live page, for browsers; this list, for others
 *   /live                     what the page is fed with, as server-sent events
 *   /metrics                  Prometheus' text format, or OpenMetrics for those who prefer it
 *   /metrics.json /vars.json  one flat object
 *   /vars                     lines of name: value
 *   /healthz                  200 while the process answers
 *   /readyz                   200 while it serves clients, 503 before and while it drains
 *   /config                   the effective settings, secrets masked
 *   /inspect                  the storage: segments, TTL buckets, table
 *   /hotkeys                  keys that are asked for most, and the largest values
 *   /slow                     the slowest requests
 * ```
 *
 * @module
 */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { LIVE_PATH, PAGE_POLICY, type PageFile, pageFiles } from '@pelikan/live'
import {
  type Metrics,
  OPENMETRICS_CONTENT_TYPE,
  PROMETHEUS_CONTENT_TYPE,
  humanMetrics,
  jsonMetrics,
  openMetrics,
  prometheusMetrics,
} from '@pelikan/metrics'
import type { HotKeysReport, SlowReport } from '@pelikan/observe'
import { prefersOpenMetrics } from './accept.ts'
import type { LiveStream } from './live-stream.ts'

export interface AdminPage {
  readonly status: number
  readonly body: string | Buffer
  /** Plain text without it. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  /** In place of the body: goes on writing until it ends. */
  readonly stream?: (response: ServerResponse) => void
}

interface PageMaker {
  readonly make: (headers: IncomingHttpHeaders) => AdminPage
  /** Whether it is shown to those who have no token: probes have none, and it says yes or no. */
  readonly isPublic?: boolean
}

export interface AdminSources {
  readonly metrics: Metrics
  /** Bring into the metrics what is counted elsewhere. */
  readonly refresh: () => void
  readonly isReady: () => boolean
  /** The effective settings, without secrets. */
  readonly config: () => string
  /** What the storage looks like inside; `undefined` where it cannot say. */
  readonly inspect: () => unknown
  /** What keys are hot; `undefined` where nobody looks. */
  readonly hotKeys: () => HotKeysReport | undefined
  /** What was slow; `undefined` where nobody looks. */
  readonly slow: () => SlowReport | undefined
  readonly live: LiveStream
  /** Milliseconds. */
  readonly now: () => number
}

const JSON_TYPE = 'application/json'
const PAGE_FOLDER = '/page/'
/** Looking into the storage stops those who write: whoever asks again sooner gets what was seen. */
const INSPECT_EVERY_MS = 1000

export class AdminPages {
  readonly #pages: ReadonlyMap<string, PageMaker>
  readonly #sources: AdminSources
  #inspected: AdminPage | undefined = undefined
  #inspectedAt = 0

  constructor(sources: AdminSources) {
    this.#sources = sources
    const { config, hotKeys, isReady, slow } = sources
    const json: PageMaker = this.#ofMetrics(jsonMetrics, JSON_TYPE)
    this.#pages = new Map<string, PageMaker>([
      ...pageFiles().map((file): [string, PageMaker] => [file.path, this.#file(file)]),
      ['/metrics', this.#forPrometheus()],
      ['/metrics.json', json],
      ['/vars', this.#ofMetrics(humanMetrics)],
      ['/vars.json', json],
      ['/healthz', { make: () => ({ status: 200, body: 'ok\n' }), isPublic: true }],
      [
        '/readyz',
        {
          make: () =>
            isReady() ? { status: 200, body: 'ready\n' } : { status: 503, body: 'not ready\n' },
          isPublic: true,
        },
      ],
      ['/config', { make: () => ({ status: 200, body: config(), type: 'application/toml' }) }],
      ['/inspect', { make: () => this.#inspect() }],
      ['/hotkeys', { make: () => jsonPage(hotKeys(), 'nobody looks at keys here') }],
      ['/slow', { make: () => jsonPage(slow(), 'nobody looks at requests here') }],
      [LIVE_PATH, { make: (headers) => this.#live(headers) }],
    ])
  }

  /** All paths, one in a line; the page's own files are left out. */
  get list(): string {
    const paths = [...this.#pages.keys()].filter((path) => !path.startsWith(PAGE_FOLDER))
    return paths.map((path) => `${path}\n`).join('')
  }

  find(path: string): PageMaker | undefined {
    return this.#pages.get(path)
  }

  #ofMetrics(format: (metrics: Metrics) => string, type?: string): PageMaker {
    const { metrics, refresh } = this.#sources
    return {
      make: () => {
        refresh()
        const page = { status: 200, body: format(metrics) }
        return type === undefined ? page : { ...page, type }
      },
    }
  }

  #forPrometheus(): PageMaker {
    const prometheus = this.#ofMetrics(prometheusMetrics, PROMETHEUS_CONTENT_TYPE)
    const open = this.#ofMetrics(openMetrics, OPENMETRICS_CONTENT_TYPE)
    return {
      make: (headers) => {
        const chosen = prefersOpenMetrics(headers.accept) ? open : prometheus
        return { ...chosen.make(headers), headers: { vary: 'accept' } }
      },
    }
  }

  /** The page and its files show nothing of the server by themselves, so they need no token. */
  #file({ bytes, path, type }: PageFile): PageMaker {
    const page: AdminPage = {
      status: 200,
      body: bytes,
      type,
      headers: { 'content-security-policy': PAGE_POLICY, 'referrer-policy': 'no-referrer' },
    }
    if (path !== '/') return { make: () => page, isPublic: true }
    const vary = { vary: 'accept' }
    const forBrowsers = { ...page, headers: { ...page.headers, ...vary } }
    return {
      make: ({ accept = '' }) =>
        accept.includes('text/html')
          ? forBrowsers
          : { status: 200, body: this.list, headers: vary },
      isPublic: true,
    }
  }

  #live(headers: IncomingHttpHeaders): AdminPage {
    const { live } = this.#sources
    const { refusal } = live
    if (refusal !== undefined) return { status: 503, body: `${refusal}\n` }
    const since = Number(headers['last-event-id'])
    return {
      status: 200,
      body: '',
      type: 'text/event-stream',
      stream: (response) => live.add(response, Number.isFinite(since) ? since : 0),
    }
  }

  #inspect(): AdminPage {
    const { inspect, now } = this.#sources
    const at = now()
    if (this.#inspected === undefined || at - this.#inspectedAt >= INSPECT_EVERY_MS) {
      this.#inspected = jsonPage(inspect(), 'this storage does not say what it looks like inside')
      this.#inspectedAt = at
    }
    return this.#inspected
  }
}

/** @param nothing what is said where there is no `view` */
function jsonPage(view: unknown, nothing: string): AdminPage {
  return view === undefined
    ? { status: 404, body: `${nothing}\n` }
    : { status: 200, body: `${JSON.stringify(view)}\n`, type: JSON_TYPE }
}
