export { ServerError, type ServerErrorCode } from './errors.ts'
export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export { serverMetrics } from './metrics.ts'
export { Process, type ProcessOptions } from './process.ts'
export { ProcessBuilder } from './process-builder.ts'
export type { ProcessEvents } from './process-events.ts'
export {
  defineParts,
  type PartContext,
  type ProcessParts,
  type TransportContext,
} from './process-parts.ts'
