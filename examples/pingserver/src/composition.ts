/** What pingserver is made of. Loading this module does nothing: every worker thread does it. */
import { Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { PingParser, type PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { type ProcessParts, defineParts } from '@pelikan/server'
import { NetTransport, netMetrics } from '@pelikan/transport-net'

export function compose(): ProcessParts<Noop, PingParser, PingRequest, PingResponse> {
  return defineParts({
    name: 'pingserver',
    // Nothing is kept, so there is nothing to share.
    storage: { create: () => new Noop(), share: () => undefined, attach: () => new Noop() },
    parser: () => new PingParser(),
    response: () => new PingResponse(),
    execute: (_storage, context) => new PingStore(context),
    transport: (context) => new NetTransport(context),
    metrics: [pingMetrics, netMetrics],
    origin: { module: import.meta.url, config: undefined },
  })
}
