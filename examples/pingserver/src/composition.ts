/** What pingserver is made of. Loading this module does nothing. */
import { Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { PingParser, type PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { type ProcessParts, defineParts } from '@pelikan/server'
import { chooseTransport } from '@pelikan/transport-auto'
import type { PingserverConfig } from './config.ts'

export function compose(
  config: PingserverConfig,
): ProcessParts<Noop, PingParser, PingRequest, PingResponse> {
  const transport = chooseTransport(config.worker.transport)
  return defineParts({
    name: 'pingserver',
    storage: () => new Noop(),
    parser: () => new PingParser(),
    response: () => new PingResponse(),
    execute: (_storage, context) => new PingStore(context),
    transport: transport.make,
    metrics: [pingMetrics, transport.metrics],
  })
}
