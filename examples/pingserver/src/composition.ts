/** What pingserver is made of. Loading this module does nothing: every worker thread does it. */
import { Noop, PingStore, pingCommandLine, pingMetrics } from '@pelikan/entrystore'
import { PingParser, type PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { type ProcessParts, commandLog, defineParts } from '@pelikan/server'
import { chooseTransport } from '@pelikan/transport-auto'
import type { PingserverConfig } from './config.ts'

/** What the parts are made with. */
export interface PingserverSettings {
  readonly transport: PingserverConfig['worker']['transport']
  readonly klog: PingserverConfig['klog']
}

export function compose(
  settings: PingserverSettings,
): ProcessParts<Noop, PingParser, PingRequest, PingResponse> {
  const { klog } = settings
  const transport = chooseTransport(settings.transport)
  return defineParts({
    name: 'pingserver',
    // Nothing is kept, so there is nothing to share.
    storage: { create: () => new Noop(), share: () => undefined, attach: () => new Noop() },
    parser: () => new PingParser(),
    response: () => new PingResponse(),
    execute: (_storage, context) => new PingStore(context),
    transport: transport.make,
    metrics: [pingMetrics, transport.metrics],
    observers: klog.file === undefined ? [] : [commandLog(klog, pingCommandLine)],
    origin: { module: import.meta.url, config: settings },
  })
}
