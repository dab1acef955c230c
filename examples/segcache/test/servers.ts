/**
 * The servers that the tests in this folder run against: the real programs, each in a process of its own.
 * Segcache with one worker, which is on the main thread, and with two, which are not; and twemcache, whose
 * storage is another.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@pelikan/testkit'

export interface TestedServer {
  /** Names it in tests, and in transcripts that say what one server answers. */
  readonly name: string
  readonly program: 'segcache' | 'twemcache'
  /** The file that starts it. */
  readonly main: string
  /** Flags that every start has. */
  readonly flags: readonly string[]
  readonly threads: number
  /** 96 MB of memory and items of at most 2 MB, in a file; and 4 MB in place of the 2, in the environment. */
  readonly sized: { readonly file: string; readonly env: Readonly<Record<string, string>> }
}

const SEG = {
  file: '[seg]\nheap_size = "96MB"\nitem_size_max = "2MB"\n',
  env: { PELIKAN_SEG_ITEM_SIZE_MAX: '4MB' },
}
const HASHMAP = {
  file: '[hashmap]\nmemory = "96MB"\nitem_size_max = "2MB"\n',
  env: { PELIKAN_HASHMAP_ITEM_SIZE_MAX: '4MB' },
}

export const segcache: TestedServer = tested('segcache', 1, SEG)
export const segcacheThreads: TestedServer = tested('segcache', 2, SEG)
export const twemcache: TestedServer = tested('twemcache', 1, HASHMAP)

export const servers: readonly TestedServer[] = [segcache, segcacheThreads, twemcache]

/** Tests run beside each other, and a start is mostly computing. */
const START_TIMEOUT_MS = 18_000

/** Start `server` at a port that is free, or at `port`. */
export function start(
  server: TestedServer,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  port?: number,
): Promise<RunningServer> {
  return startServer({
    command: process.execPath,
    args: (free) => [server.main, '-p', String(free), ...server.flags, ...flags],
    env,
    // The last line of what it prints.
    ready: /lists all settings/,
    startTimeoutMs: START_TIMEOUT_MS,
    ...(port === undefined ? {} : { port }),
  })
}

function tested(
  program: TestedServer['program'],
  threads: number,
  sized: TestedServer['sized'],
): TestedServer {
  return {
    name: threads === 1 ? program : `${program} with ${threads} threads`,
    program,
    main: fileURLToPath(new URL(`../../${program}/src/main.ts`, import.meta.url)),
    flags: ['-t', String(threads)],
    threads,
    sized,
  }
}
