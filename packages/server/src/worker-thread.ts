/**
 * The entry of a worker thread: makes the parts again from where they come from, attaches to the storage,
 * and does what the main thread says. An exception that nobody catches ends the thread, and with it the
 * process: half a cache would be worse than none.
 *
 * @module
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { SystemClock } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import { ConnectionCount } from './connection-count.ts'
import { ServerError } from './errors.ts'
import { SessionLimits } from './limits.ts'
import { metricGroups } from './metric-groups.ts'
import type { PartsOrigin, ProcessParts } from './process-parts.ts'
import {
  type FromWorker,
  type ToWorker,
  type WorkerThreadData,
  sentError,
} from './worker-messages.ts'
import { Worker } from './worker.ts'

/** What is made of the parts has been checked where they were written down. */
type Parts = ProcessParts<unknown, unknown, unknown, unknown>

const port = parentPort as MessagePort
const data = workerData as WorkerThreadData
const worker = makeWorker(await composed(data.origin))
let tells = false
port.on('message', (message: ToWorker) => void obey(message))

async function obey(message: ToWorker): Promise<void> {
  if (message.kind === 'drain') {
    await worker.drain(message.graceMs)
    say({ kind: 'done' })
    return
  }
  if (message.kind === 'reload') {
    worker.reload(message.news)
    return
  }
  tells = message.tell
  try {
    say({ kind: 'done', address: await worker.listenAt(message.address, message.options) })
  } catch (error) {
    say({ kind: 'refused', error: sentError(error) })
  }
}

function say(message: FromWorker): void {
  port.postMessage(message)
}

function makeWorker(parts: Parts): Worker<unknown, unknown, unknown, unknown> {
  const { clockOrigin, connections, expires, latencySample, limits, metrics: memory } = data
  const { observed, row, rows } = data
  const clock = new SystemClock(clockOrigin)
  const metrics = new Metrics(metricGroups(parts), rows, memory, row)
  if (typeof parts.storage === 'function') throw new TypeError('compose made other parts here')
  const storage = parts.storage.attach(data.storage, { clock, metrics })
  const context = {
    clock,
    metrics,
    limits: new SessionLimits(limits),
    connections: new ConnectionCount(connections),
    expires,
    workers: rows - 1,
    latencySample,
    observed,
  }
  return new Worker(parts, storage, context, {
    connected: ({ id }) => {
      if (tells) say({ kind: 'connected', id })
    },
    failed: (error) => say({ kind: 'failed', error: sentError(error) }),
  })
}

async function composed({ config, module }: PartsOrigin): Promise<Parts> {
  const { compose } = (await import(module)) as { compose?: (config: unknown) => Parts }
  if (compose === undefined) {
    throw new ServerError('PELIKAN_NO_THREADS', `${module} exports no compose`)
  }
  return compose(config)
}
