export { ListenError, type NetErrorCode } from './errors.ts'
export { formatAddress } from './format-address.ts'
export { netMetrics } from './metrics.ts'
export { NetTransport, type NetTransportOptions } from './net-transport.ts'
