/**
 * The admin endpoint of a process, from its settings.
 *
 * @module
 */
import { type ListenAddress, formatAddress } from '@pelikan/core'
import { HOT_KEYS, SLOW_REQUESTS, readHotKeys, readSlowRequests } from '@pelikan/observe'
import type { Process } from '../process.ts'
import { processUsage } from '../process-usage.ts'
import { AdminToken, isLoopback } from './access.ts'
import { AdminPages } from './admin-pages.ts'
import { AdminServer, adminMetrics } from './admin-server.ts'
import { LiveSampler } from './live-sampler.ts'
import { LiveStream, liveMetrics } from './live-stream.ts'

export interface AdminOptions {
  readonly httpHost: string
  /** 0 for one that the system chooses. */
  readonly httpPort: number
  /** Needed by requests where it is given. Elsewhere than at loopback one is made where it is not. */
  readonly httpToken?: string | undefined
  /** Of the program, for the live page. */
  readonly version?: string
}

/** An endpoint that listens. */
export interface Admin {
  readonly address: ListenAddress
  /** The token that was made, for the operator to be told; `undefined` where none had to be. */
  readonly madeToken: string | undefined
  readonly close: () => Promise<void>
}

/**
 * @param config makes the text of the effective settings, without secrets
 * @throws ListenError where the endpoint cannot listen
 */
export async function startAdmin(
  server: Process,
  options: AdminOptions,
  config: () => string,
): Promise<Admin> {
  const { httpHost: host, httpPort: port, httpToken: given } = options
  const { metrics } = server
  const isTokenNeeded = given !== undefined || !isLoopback(host)
  const token = isTokenNeeded ? new AdminToken(given) : undefined
  const refresh = processUsage(metrics)
  const live = new LiveStream({
    sampler: new LiveSampler({ metrics, refresh, now }),
    about: { name: server.name, version: options.version ?? '', pid: process.pid },
    segmentMap: () => server.segmentMap(),
    counted: metrics.bind(liveMetrics),
  })
  server.events.once('draining', () => live.close('the server stops'))
  const pages = new AdminPages({
    metrics,
    refresh,
    live,
    isReady: () => server.isReady,
    config,
    inspect: () => server.inspect(),
    hotKeys: () => {
      const shared = server.observed(HOT_KEYS)
      return shared === undefined ? undefined : readHotKeys(shared, Date.now())
    },
    slow: () => {
      const shared = server.observed(SLOW_REQUESTS)
      return shared === undefined ? undefined : readSlowRequests(shared, Date.now())
    },
    now: () => performance.now(),
  })
  const admin = new AdminServer({
    host,
    port,
    token,
    pages,
    counted: metrics.bind(adminMetrics),
  })
  const address = await admin.listen()
  return {
    address,
    madeToken: given === undefined ? token?.text : undefined,
    close: () => admin.close(),
  }
}

/** The URL of an admin endpoint, for a banner. */
export function adminUrl(address: ListenAddress): string {
  return `http://${formatAddress(address)}/`
}

/** Milliseconds since 1970, without the jumps of the machine's clock. */
function now(): number {
  return Math.round(performance.timeOrigin + performance.now())
}
