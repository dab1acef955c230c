/** What pingserver is made of. Loading this module does nothing. */
import { Noop, PingStore, pingMetrics } from '@pelikan/entrystore'
import { PingParser, type PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { type ProcessParts, defineParts } from '@pelikan/server'
import { NetTransport, netMetrics } from '@pelikan/transport-net'

export const parts: ProcessParts<Noop, PingParser, PingRequest, PingResponse> = defineParts({
  name: 'pingserver',
  storage: () => new Noop(),
  parser: () => new PingParser(),
  response: () => new PingResponse(),
  execute: (_storage, context) => new PingStore(context),
  transport: (context) => new NetTransport(context),
  metrics: [pingMetrics, netMetrics],
})
