import type { EntryStore, Execute } from '@pelikan/core'
import { type BoundMetrics, type MetricDefinition, type Metrics, counter } from '@pelikan/metrics'
import { PingOp, type PingRequest, type PingResponse } from '@pelikan/protocol-ping'

export const pingMetrics: {
  readonly ping: MetricDefinition<'counter'>
  readonly pong: MetricDefinition<'counter'>
} = {
  ping: counter('ping', 'requests', 'Ping requests.'),
  pong: counter('pong', 'responses', 'Pongs answered.'),
}

/** A storage that keeps nothing, for protocols that need none. */
export class Noop implements EntryStore {
  expire(): void {}
  clear(): void {}
}

/** Answers pings; there is nothing to look up. */
export class PingStore implements Execute<PingRequest, PingResponse> {
  readonly #metrics: BoundMetrics<typeof pingMetrics>

  constructor(context: { readonly metrics: Metrics }) {
    this.#metrics = context.metrics.bind(pingMetrics)
  }

  execute(request: PingRequest, response: PingResponse): void {
    if (request.op === PingOp.Quit) {
      response.quit()
      return
    }
    this.#metrics.ping.increment()
    response.pong()
    this.#metrics.pong.increment()
  }
}
