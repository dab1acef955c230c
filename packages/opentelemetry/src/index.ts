export { type ObservedMetrics, observeMetrics } from './observe-metrics.ts'
