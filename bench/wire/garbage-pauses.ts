/**
 * How long and how often the garbage collector stops our server under load, from what `node --trace-gc`
 * prints for every collection:
 *
 * ```text
 *   [7:0x18994000]  230 ms: Scavenge 4.8 (5.6) -> 4.3 (6.4) MB, pooled: 0.0 MB, 0.42 / 0.00 ms (average ...
 *                                                                               pause
 *   ... Mark-Compact 62.1 (76.2) -> 50.3 (64.3) MB, pooled: 0.0 MB, 6.76 / 0.00 ms (+ 9.8 ms in 26 steps
 *       since start of marking, biggest step 9.0 ms, ...              pause
 *                                            pause
 * ```
 *
 * A pause is time on the clock: on a busy machine it may be time in which the thread did not run.
 *
 * @module
 */
import { LoadThreads, ServerProcess, fill, measureLoad } from '@pelikan/loadgen'
import type { Timing } from './measure-row.ts'
import { MEMCACHE_PROBE, REPOSITORY } from './repository.ts'
import { MIXED, type TransportName } from './rows.ts'
import type { Server } from './servers.ts'

export interface PauseResult {
  readonly name: string
  readonly command: string
  readonly transport?: TransportName | undefined
  readonly seconds: number
  readonly requests: number
  /** Of each collection, in milliseconds. */
  readonly pauses: readonly number[]
}

/** Load a server of ours for `seconds`. */
export async function measurePauses(
  server: Server,
  seconds: number,
  { warmUpSeconds }: Timing,
): Promise<PauseResult> {
  const command = server.command.replace(/^node /u, 'node --trace-gc ')
  let printed = ''
  const running = await ServerProcess.start({
    command,
    probe: MEMCACHE_PROBE,
    cwd: REPOSITORY,
    printed: (text) => (printed += text),
  })
  const threads = await LoadThreads.start(MIXED)
  try {
    await fill(threads, running)
    await measureLoad(threads, running, { seconds: warmUpSeconds, rate: 0 })
    printed = ''
    const result = await measureLoad(threads, running, { seconds, rate: 0 })
    const { requests, seconds: taken } = result
    return { ...server, command, seconds: taken, requests, pauses: readPauses(printed) }
  } finally {
    await Promise.all([threads.stop(), running.stop()])
  }
}

const COLLECTION = / MB, ([\d.]+) \/ [\d.]+ ms(?:.*biggest step ([\d.]+) ms)?/gu

/** The longest pause of each collection, in milliseconds. */
export function readPauses(printed: string): number[] {
  return Array.from(printed.matchAll(COLLECTION), ([, end, step = '0']) => {
    return Math.max(Number(end), Number(step))
  })
}
