/**
 * The HTTP endpoint for operators, on the main thread. It reads and changes nothing: GET and HEAD are all
 * there is. What a client can take is bounded: connections, time, the bytes of a request.
 *
 * ```text
 *   request ──► method ──► host ──► token ──► page
 *                405        421      401      200, 404, 503
 * ```
 *
 * @module
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { ListenAddress } from '@pelikan/core'
import { type Counter, type MetricDefinition, counter } from '@pelikan/metrics'
import { type AdminToken, isLoopback, isLocalHostHeader } from './access.ts'
import type { AdminPage, AdminPages } from './admin-pages.ts'
import { listenAt } from './listen-at.ts'

export const adminMetrics: {
  readonly requests: MetricDefinition<'counter'>
  readonly refused: MetricDefinition<'counter'>
} = {
  requests: counter('admin_request', 'requests', 'Requests to the admin endpoint.'),
  refused: counter(
    'admin_refuse',
    'requests',
    'Requests that the admin endpoint refused: token, host or method.',
  ),
}

const CONNECTIONS_MAX = 32
const HEADER_BYTES_MAX = 8192
/** For the headers of a request, for all of it, and for a client to take its answer. */
const HEADERS_TIMEOUT_MS = 5000
const REQUEST_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 10_000
const CHECK_MS = 1000

export interface AdminServerOptions {
  readonly host: string
  readonly port: number
  /** What requests must bring; `undefined` where everybody on this machine may read. */
  readonly token: AdminToken | undefined
  readonly pages: AdminPages
  readonly counted: { readonly requests: Counter; readonly refused: Counter }
}

export class AdminServer {
  readonly #options: AdminServerOptions
  readonly #server: Server

  constructor(options: AdminServerOptions) {
    this.#options = options
    this.#server = createServer(
      {
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_MS,
        keepAliveTimeout: SILENCE_TIMEOUT_MS,
      },
      (request, response) => this.#answer(request, response),
    )
    this.#server.maxConnections = CONNECTIONS_MAX
    this.#server.setTimeout(SILENCE_TIMEOUT_MS)
  }

  /**
   * @returns where it listens, with the port that the system chose
   * @throws ListenError where it cannot
   */
  listen(): Promise<ListenAddress> {
    const { host, port } = this.#options
    return listenAt(this.#server, host, port)
  }

  /** Close it and all of its connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { counted } = this.#options
    counted.requests.increment()
    const page = this.#page(request)
    if (page.status === 401 || page.status === 405 || page.status === 421) {
      counted.refused.increment()
    }
    const body = Buffer.isBuffer(page.body) ? page.body : Buffer.from(page.body)
    // A body is not read; what it holds must not be taken for the next request.
    if (hasBody(request)) response.shouldKeepAlive = false
    response.writeHead(page.status, {
      'content-type': page.type ?? 'text/plain; charset=utf-8',
      ...(page.stream === undefined ? { 'content-length': body.length } : {}),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...page.headers,
    })
    if (page.stream !== undefined && request.method === 'GET') {
      // Who writes when the client has just gone hears of it by `close`.
      response.on('error', () => {})
      page.stream(response)
      return
    }
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  #page(request: IncomingMessage): AdminPage {
    const { host, pages, token } = this.#options
    const { headers, method, url = '/' } = request
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, body: 'only GET and HEAD\n', headers: { allow: 'GET, HEAD' } }
    }
    const page = pages.find(url.split('?', 1)[0]!)
    if (token === undefined) {
      // A page in a browser may have a name of its own point here.
      if (isLoopback(host) && !isLocalHostHeader(headers.host)) {
        return { status: 421, body: 'the host must be an address or localhost\n' }
      }
    } else if (page?.isPublic !== true && !token.admits(headers.authorization)) {
      const challenge = { 'www-authenticate': 'Bearer' }
      return { status: 401, body: 'a bearer token is needed\n', headers: challenge }
    }
    return page?.make(headers) ?? { status: 404, body: `there is:\n${pages.list}` }
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}
