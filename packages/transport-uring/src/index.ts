export { UringError, type UringErrorCode } from './errors.ts'
export { uringMetrics } from './metrics.ts'
export { type UringSupport, uringSupport } from './support.ts'
export { UringTransport, type UringTransportOptions } from './uring-transport.ts'
