import { type MetricDefinition, counter, gauge } from '@pelikan/metrics'

export const netMetrics: {
  readonly accepted: MetricDefinition<'counter'>
  readonly closed: MetricDefinition<'counter'>
  readonly open: MetricDefinition<'gauge'>
  readonly bytesReceived: MetricDefinition<'counter'>
  readonly bytesSent: MetricDefinition<'counter'>
  readonly refused: MetricDefinition<'counter'>
} = {
  accepted: counter('tcp_accept', 'connections', 'Connections accepted.'),
  closed: counter('tcp_close', 'connections', 'Connections closed.'),
  open: gauge('tcp_conn_curr', 'connections', 'Connections that are open.'),
  bytesReceived: counter('tcp_recv_byte', 'bytes', 'Bytes received from clients.'),
  bytesSent: counter('tcp_send_byte', 'bytes', 'Bytes handed to the network.'),
  refused: counter(
    'tcp_accept_fail',
    'events',
    'Times that a client was not accepted at once, for want of descriptors say.',
  ),
}
