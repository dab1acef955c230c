import { type MetricDefinition, counter, gauge } from '@pelikan/metrics'

export const serverMetrics: {
  readonly requests: MetricDefinition<'counter'>
  readonly turns: MetricDefinition<'counter'>
  readonly yields: MetricDefinition<'counter'>
  readonly stalls: MetricDefinition<'counter'>
  readonly opened: MetricDefinition<'counter'>
  readonly sessions: MetricDefinition<'gauge'>
  readonly rejected: MetricDefinition<'counter'>
  readonly idleClosed: MetricDefinition<'counter'>
  readonly overdueClosed: MetricDefinition<'counter'>
  readonly shed: MetricDefinition<'counter'>
  readonly protocolErrors: MetricDefinition<'counter'>
} = {
  requests: counter(
    'process_req',
    'requests',
    'Requests executed; each key of a retrieval is one.',
  ),
  turns: counter('session_turn', 'events', 'Times that a session was served.'),
  yields: counter(
    'session_yield',
    'events',
    'Times that a session let others go first, its requests of a turn used up.',
  ),
  stalls: counter('session_stall', 'events', 'Times that a session waited for its client to read.'),
  opened: counter('session_open', 'sessions', 'Sessions that were served.'),
  sessions: gauge('session_curr', 'sessions', 'Sessions that are open.'),
  rejected: counter('session_reject', 'sessions', 'Connections refused over max_connections.'),
  idleClosed: counter('session_idle_close', 'sessions', 'Sessions closed after idle_timeout.'),
  overdueClosed: counter(
    'session_overdue_close',
    'sessions',
    'Sessions closed with a request incomplete for longer than request_timeout.',
  ),
  shed: counter(
    'session_shed',
    'sessions',
    'Sessions closed because their clients did not read and session_memory was used up.',
  ),
  protocolErrors: counter(
    'session_protocol_error',
    'sessions',
    'Sessions closed because their bytes could be no request.',
  ),
}
