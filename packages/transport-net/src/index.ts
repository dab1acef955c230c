export { netMetrics } from './metrics.ts'
export { NetTransport, type NetTransportOptions } from './net-transport.ts'
