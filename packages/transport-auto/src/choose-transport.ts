/**
 * Which transport a server runs on: what its settings ask for, or the fastest that the system allows.
 *
 * @module
 */
import type { MemoryBudget } from '@pelikan/buffer'
import type { Transport } from '@pelikan/core'
import type { MetricGroup, Metrics } from '@pelikan/metrics'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { UringError, UringTransport, uringMetrics, uringSupport } from '@pelikan/transport-uring'

/** What a setting may say. */
export type TransportName = 'auto' | 'uring' | 'net'

/** Account and counters of a transport. */
export interface TransportOptions {
  readonly budget: MemoryBudget
  readonly metrics: Metrics
}

export interface TransportChoice {
  readonly name: 'uring' | 'net'
  /** Which one runs and why, a sentence for the log. */
  readonly because: string
  /** How it is to be logged: falling back is worth a line, what was expected is not. */
  readonly level: 'debug' | 'info'
  /** What it counts. */
  readonly metrics: MetricGroup
  readonly make: (options: TransportOptions) => Transport
}

/**
 * Choose by name. Every thread of a process comes to the same choice.
 *
 * @throws UringError `PELIKAN_URING_UNAVAILABLE` where `uring` is asked for and cannot be used
 */
export function chooseTransport(wanted: TransportName): TransportChoice {
  if (wanted === 'net') return net('debug', 'transport net, as configured')
  const support = uringSupport()
  if (support.ok) {
    return {
      name: 'uring',
      because: `transport uring, ${wanted === 'uring' ? 'as configured' : 'which works here'}`,
      level: 'debug',
      metrics: uringMetrics,
      make: (options) => new UringTransport(options),
    }
  }
  if (wanted === 'auto') return net('info', `transport net, because ${support.reason}`)
  throw new UringError(
    'PELIKAN_URING_UNAVAILABLE',
    `worker.transport = "uring" cannot be used: ${support.reason}`,
  )
}

function net(level: TransportChoice['level'], because: string): TransportChoice {
  return {
    name: 'net',
    because,
    level,
    metrics: netMetrics,
    make: (options) => new NetTransport(options),
  }
}
