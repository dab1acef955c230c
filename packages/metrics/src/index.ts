export {
  counter,
  gauge,
  type MetricDefinition,
  type MetricGroup,
  type MetricKind,
} from './metric.ts'
export { Metrics, type BoundMetrics } from './metrics.ts'
export { Counter, Gauge } from './slot.ts'
