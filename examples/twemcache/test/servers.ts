/** The servers that the tests in this folder run against: the real programs, each in a process of its own. */
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@pelikan/testkit'

export interface TestedServer {
  readonly name: string
  /** The file that starts it. */
  readonly main: string
  /** Its settings, as a module, and the file that shows them all. */
  readonly config: URL
  readonly sample: string
  /** 96 MB of memory and items of at most 2 MB, in a file; and 4 MB in place of the 2, in the environment. */
  readonly sized: { readonly file: string; readonly env: Readonly<Record<string, string>> }
  /** Why it has one thread. */
  readonly oneThread: string
}

export const servers: readonly TestedServer[] = [
  {
    ...filesOf('twemcache'),
    sized: {
      file: '[hashmap]\nmemory = "96MB"\nitem_size_max = "2MB"\n',
      env: { PELIKAN_HASHMAP_ITEM_SIZE_MAX: '4MB' },
    },
    oneThread: 'the hashmap storage cannot be shared between threads',
  },
  {
    ...filesOf('segcache'),
    sized: {
      file: '[seg]\nheap_size = "96MB"\nsegment_size = "2MB"\n',
      env: { PELIKAN_SEG_SEGMENT_SIZE: '4MB' },
    },
    oneThread: 'the segments cannot be shared between threads yet',
  },
]

/** Start `server` at a port that is free. */
export function start(
  server: TestedServer,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  return startServer({
    command: process.execPath,
    args: (port) => [server.main, '-p', String(port), ...flags],
    env,
    // The last line of what it prints.
    ready: /lists all settings/,
  })
}

function filesOf(name: string): Pick<TestedServer, 'name' | 'main' | 'config' | 'sample'> {
  const folder = new URL(`../../${name}/`, import.meta.url)
  return {
    name,
    main: fileURLToPath(new URL('src/main.ts', folder)),
    config: new URL('src/config.ts', folder),
    sample: fileURLToPath(new URL(`config/${name}.toml`, folder)),
  }
}
