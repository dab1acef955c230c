/** What pingserver is made of. Loading this module does nothing: every worker thread does it. */
import { Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { PingParser, type PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { type ProcessParts, defineParts } from '@pelikan/server'
import { chooseTransport } from '@pelikan/transport-auto'
import type { PingserverConfig } from './config.ts'

export function compose(
  name: PingserverConfig['worker']['transport'],
): ProcessParts<Noop, PingParser, PingRequest, PingResponse> {
  const transport = chooseTransport(name)
  return defineParts({
    name: 'pingserver',
    // Nothing is kept, so there is nothing to share.
    storage: { create: () => new Noop(), share: () => undefined, attach: () => new Noop() },
    parser: () => new PingParser(),
    response: () => new PingResponse(),
    execute: (_storage, context) => new PingStore(context),
    transport: transport.make,
    metrics: [pingMetrics, transport.metrics],
    origin: { module: import.meta.url, config: name },
  })
}
