/** Servers that are a list of events, for whatever watches. */
import type { About, LiveEvent, LiveSample } from '@pelikan/live'

export const about: About = {
  name: 'segcache',
  version: '1.2.3',
  pid: 42,
  commands: ['get', 'set', 'meta_get'],
  metrics: [
    ...['process_req', 'get', 'get_key_hit', 'get_key_miss', 'set', 'session_curr', 'uptime'],
    ...['item_evict', 'item_expire', 'segment_merge', 'segment_evict', 'segment_expire'],
    ...['tcp_recv_byte', 'tcp_send_byte', 'ru_utime', 'ru_stime', 'store_no_memory'],
  ],
  past: 0,
}

export function sample(at: number, totals: Record<string, number> = {}): LiveSample {
  return { at, totals, workers: [], latencies: {} }
}

export function text(...events: LiveEvent[]): string {
  return events
    .map(({ data, type }) => `id: 7\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('')
}

export interface Asked {
  readonly url: string
  readonly headers: Headers
}

/**
 * A `fetch` that answers with each of `bodies` in turn, and refuses the connection after the last.
 *
 * @returns it, and what it was asked for
 */
export function served(...bodies: (string | Response | undefined)[]): {
  fetch: typeof fetch
  asked: Asked[]
} {
  const asked: Asked[] = []
  const left = [...bodies]
  return {
    asked,
    fetch: (url, init) => {
      asked.push({ url: new Request(url).url, headers: new Headers(init?.headers) })
      const body = left.shift()
      if (body === undefined) {
        const cause = new Error('connect ECONNREFUSED 127.0.0.1:9998')
        return Promise.reject(new TypeError('fetch failed', { cause }))
      }
      if (body instanceof Response) return Promise.resolve(body)
      const headers = { 'content-type': 'text/event-stream' }
      return Promise.resolve(new Response(body, { headers }))
    },
  }
}
