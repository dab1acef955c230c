import { type MetricDefinition, counter, gauge } from '@pelikan/metrics'

export const netMetrics: {
  readonly accepted: MetricDefinition<'counter'>
  readonly closed: MetricDefinition<'counter'>
  readonly open: MetricDefinition<'gauge'>
  readonly bytesReceived: MetricDefinition<'counter'>
  readonly bytesSent: MetricDefinition<'counter'>
  readonly paused: MetricDefinition<'counter'>
} = {
  accepted: counter('tcp_accept', 'connections', 'Connections accepted.'),
  closed: counter('tcp_close', 'connections', 'Connections closed.'),
  open: gauge('tcp_conn_curr', 'connections', 'Connections that are open.'),
  bytesReceived: counter('tcp_recv_byte', 'bytes', 'Bytes received from clients.'),
  bytesSent: counter('tcp_send_byte', 'bytes', 'Bytes handed to the network.'),
  paused: counter(
    'tcp_accept_pause',
    'events',
    'Times that nobody was accepted for a while, for want of descriptors say.',
  ),
}
