/**
 * A thread that generates load: runs the phases that the main thread sends, one after the other.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { LoadError } from '../errors.ts'
import { Recording } from '../measure/recording.ts'
import type { Codec } from '../protocol/codec.ts'
import { loadCodec } from '../protocol/load-codec.ts'
import type { ClientTransport } from './client-transport.ts'
import { makeTransport } from './client-transports.ts'
import { LoadRun, SILENCE_MS } from './load-run.ts'
import { FILL_DEPTH } from './load-spec.ts'
import type { FromThread, Phase, ThreadData, ToThread } from './thread-messages.ts'

if (parentPort === null) throw new Error('this file runs in a worker thread')
const port = parentPort
const { memory, spec, thread } = workerData as ThreadData
const { connections, threads } = spec
const recording = new Recording(memory)
/** Connections are dealt out as evenly as they can be. */
const first = Math.floor((thread * connections) / threads)
const own = Math.floor(((thread + 1) * connections) / threads) - first

let run: LoadRun | undefined

try {
  const transport = makeTransport(spec.transport)
  const codec = await loadCodec(spec.protocol, spec.memcache, { thread, threads, connections })
  port.on('message', (message: ToThread) => {
    if (message.say === 'go') go()
    else start(message.phase, codec, transport)
  })
  setInterval(() => run?.checkSilence(), SILENCE_MS / 10).unref()
  tell({ say: 'started', transport: transport.name })
} catch (error) {
  fail(error)
}

function start(
  { kind, rate, seconds, target }: Phase,
  codec: Codec,
  transport: ClientTransport,
): void {
  codec.forget()
  recording.clear()
  run = new LoadRun(
    {
      codec,
      source: kind === 'fill' ? codec.fill() : codec.requests,
      transport,
      target,
      connections: own,
      firstConnection: first,
      depth: depthOf(kind, rate),
      rate: (rate * own) / connections,
      durationMs: kind === 'fill' ? Infinity : seconds * 1000,
      recording,
      now: () => performance.now(),
    },
    {
      ready: () => tell({ say: 'ready' }),
      measured: (taken) => tell({ say: 'measured', seconds: taken }),
      rested: () => tell({ say: 'rested' }),
      failed: fail,
    },
  )
}

function depthOf(kind: Phase['kind'], rate: number): number {
  if (kind === 'fill') return Math.max(FILL_DEPTH, spec.pipeline)
  return rate > 0 ? spec.maxInFlight : spec.pipeline
}

function go(): void {
  run?.begin()
  if (run?.needsTurns === true) setImmediate(turn)
}

/** Look at the schedule in every turn of the event loop: its timers are a millisecond apart. */
function turn(): void {
  if (run === undefined || run.over) return
  run.turn()
  setImmediate(turn)
}

function fail(error: unknown): void {
  if (!(error instanceof LoadError)) throw error
  tell({ say: 'failed', code: error.code, message: error.message })
}

function tell(message: FromThread): void {
  port.postMessage(message)
}
