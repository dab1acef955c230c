export { Distribution } from './distribution.ts'
export { flatMetrics, humanMetrics, jsonMetrics } from './exposition/flat.ts'
export { OPENMETRICS_CONTENT_TYPE, openMetrics } from './exposition/open-metrics.ts'
export {
  PROMETHEUS_CONTENT_TYPE,
  prometheusMetrics,
  prometheusName,
} from './exposition/prometheus.ts'
export { describeMetrics } from './exposition/reference.ts'
export { Histogram, histogramSlots } from './histogram.ts'
export {
  counter,
  gauge,
  histogram,
  type MetricDefinition,
  type MetricGroup,
  type MetricKind,
} from './metric.ts'
export { Metrics, type BoundMetrics, type Slots } from './metrics.ts'
export { PERCENTILES } from './percentiles.ts'
export { Counter, Gauge } from './slot.ts'
