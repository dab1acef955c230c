/** One replay of a trace, in a process of its own. */
import { ServerProcess } from '@pelikan/loadgen'
import { SegStorage, type Eviction } from '@pelikan/storage-seg'
import { MEMCACHE_PROBE } from '../wire/repository.ts'
import { readTask } from './case-process.ts'
import { MemcacheClient } from './memcache-client.ts'
import { replayInRealTime } from './replay-memcached.ts'
import { replay, type ReplayResult, TraceClock } from './replay.ts'
import { Trace, type TraceOptions } from './trace.ts'

export interface ReplayTask {
  readonly trace: TraceOptions
  readonly heapMib: number
  /** A policy of ours, or the server. */
  readonly contestant: Eviction | 'memcached'
  /** By default the storage's. */
  readonly segmentBytes?: number
  /** How much faster than the trace memcached's clock goes. */
  readonly scale: number
}

const MIB = 2 ** 20
const task = readTask() as ReplayTask
const trace = new Trace(task.trace)
const result = task.contestant === 'memcached' ? await memcached() : seg(task.contestant)
console.log(JSON.stringify(result))

function seg(eviction: Eviction): ReplayResult {
  const clock = new TraceClock()
  const heapBytes = Math.floor(task.heapMib * MIB)
  const { segmentBytes } = task
  const segment = segmentBytes === undefined ? {} : { segmentBytes }
  const storage = new SegStorage({ heapBytes, ...segment, eviction, clock, seed: 1 })
  return replay(trace, storage, clock)
}

async function memcached(): Promise<ReplayResult> {
  const command = `memcached -l 127.0.0.1 -t 1 -p {port} -u root -m ${task.heapMib}`
  const server = await ServerProcess.start({ command, probe: MEMCACHE_PROBE })
  const client = await MemcacheClient.connect(server.target.port)
  try {
    return await replayInRealTime(trace, client, task.scale)
  } finally {
    client.close()
    await server.stop()
  }
}
