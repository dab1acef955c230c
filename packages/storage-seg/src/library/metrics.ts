import { counter, type MetricDefinition } from '@pelikan/metrics'

/** What a {@link Seg} counts beside its storage. */
export const libraryMetrics: {
  readonly hit: MetricDefinition<'counter'>
  readonly miss: MetricDefinition<'counter'>
  readonly set: MetricDefinition<'counter'>
  readonly setRefused: MetricDefinition<'counter'>
  readonly load: MetricDefinition<'counter'>
  readonly loadFailed: MetricDefinition<'counter'>
} = {
  hit: counter('seg_hit', 'reads', 'Values asked for that were there.'),
  miss: counter('seg_miss', 'reads', 'Values asked for that were not there.'),
  set: counter('seg_set', 'writes', 'Values set, the refused included.'),
  setRefused: counter('seg_set_refused', 'writes', 'Values that did not fit.'),
  load: counter('seg_load', 'runs', 'Runs of loaders.'),
  loadFailed: counter('seg_load_failed', 'runs', 'Runs of loaders that threw.'),
}
