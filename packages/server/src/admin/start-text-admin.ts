import type { ListenAddress } from '@pelikan/core'
import type { Process } from '../process.ts'
import { processUsage } from '../process-usage.ts'
import { TextAdmin, textAdminMetrics } from './text-admin.ts'

/** Where the text port of a process listens, from its settings. */
export interface TextAdminAddress {
  /** At loopback: the port asks nobody for a token. */
  readonly host: string
  /** 0 for one that the system chooses. */
  readonly port: number
}

/**
 * @param version what `version` answers
 * @returns where it listens, and how to close it
 * @throws ServerError `PELIKAN_ADMIN_NOT_LOCAL` for a host that other machines reach
 * @throws ListenError where it cannot listen
 */
export async function startTextAdmin(
  server: Process,
  { host, port }: TextAdminAddress,
  version: string,
): Promise<{ readonly address: ListenAddress; readonly close: () => Promise<void> }> {
  const { metrics } = server
  const admin = new TextAdmin({
    host,
    port,
    version,
    metrics,
    refresh: processUsage(metrics),
    clear: () => server.clear(),
    counted: metrics.bind(textAdminMetrics),
  })
  return { address: await admin.listen(), close: () => admin.close() }
}
