/**
 * What the admin endpoint shows.
 *
 * ```text
 *   /metrics                  Prometheus' text format
 *   /metrics.json /vars.json  one flat object
 *   /vars                     lines of name: value
 *   /healthz                  200 while the process answers
 *   /readyz                   200 while it serves clients, 503 before and while it drains
 *   /config                   the effective settings, secrets masked
 *   /inspect                  the storage: segments, TTL buckets, table
 * ```
 *
 * @module
 */
import {
  type Metrics,
  PROMETHEUS_CONTENT_TYPE,
  humanMetrics,
  jsonMetrics,
  prometheusMetrics,
} from '@pelikan/metrics'

export interface AdminPage {
  readonly status: number
  readonly body: string
  /** Plain text without it. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

interface PageMaker {
  readonly make: () => AdminPage
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
  /** Milliseconds. */
  readonly now: () => number
}

const JSON_TYPE = 'application/json'
/** Looking into the storage stops those who write: whoever asks again sooner gets what was seen. */
const INSPECT_EVERY_MS = 1000

export class AdminPages {
  readonly #pages: ReadonlyMap<string, PageMaker>
  readonly #sources: AdminSources
  #inspected: AdminPage | undefined = undefined
  #inspectedAt = 0

  constructor(sources: AdminSources) {
    this.#sources = sources
    const { config, isReady } = sources
    const json: PageMaker = this.#ofMetrics(jsonMetrics, JSON_TYPE)
    this.#pages = new Map<string, PageMaker>([
      ['/metrics', this.#ofMetrics(prometheusMetrics, PROMETHEUS_CONTENT_TYPE)],
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
    ])
  }

  /** All paths, one in a line. */
  get list(): string {
    return [...this.#pages.keys()].map((path) => `${path}\n`).join('')
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

  #inspect(): AdminPage {
    const { inspect, now } = this.#sources
    const at = now()
    if (this.#inspected === undefined || at - this.#inspectedAt >= INSPECT_EVERY_MS) {
      const view = inspect()
      this.#inspected =
        view === undefined
          ? { status: 404, body: 'this storage does not say what it looks like inside\n' }
          : { status: 200, body: `${JSON.stringify(view)}\n`, type: JSON_TYPE }
      this.#inspectedAt = at
    }
    return this.#inspected
  }
}
