import type { ListenAddress } from '@pelikan/core'
import type { AdminOptions } from './start-admin.ts'

/** Listens at every address of the machine. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

interface Use {
  readonly of: string
  readonly host: string
  /** 0 for one that the system chooses. */
  readonly port: number
}

/** The settings that say where operators are listened for. */
export interface AdminPorts extends AdminOptions {
  readonly httpEnabled: boolean
  /** Of the text port; without `port` there is none. */
  readonly host: string
  readonly port?: number | undefined
}

/**
 * A port that one server is to have twice, as a sentence; `undefined` where there is none. The system would
 * say that it is in use, and whoever looks for another process would find none.
 */
export function portClash(
  listen: readonly ListenAddress[],
  { host, httpEnabled, httpHost, httpPort, port }: AdminPorts,
): string | undefined {
  const uses: Use[] = listen.flatMap((address) =>
    'port' in address ? [{ of: 'clients', ...address }] : [],
  )
  if (httpEnabled) uses.push({ of: 'admin.http_port', host: httpHost, port: httpPort })
  if (port !== undefined) uses.push({ of: 'admin.port', host, port })
  for (const [index, use] of uses.entries()) {
    const earlier = uses.slice(0, index).find((other) => isSame(use, other))
    if (earlier !== undefined && use.of !== 'clients') {
      return `${use.of} = ${use.port}: must be another one than that of ${earlier.of}`
    }
  }
  return undefined
}

function isSame(a: Use, b: Use): boolean {
  if (a.port !== b.port || a.port === 0) return false
  return a.host === b.host || EVERYWHERE.has(a.host) || EVERYWHERE.has(b.host)
}
