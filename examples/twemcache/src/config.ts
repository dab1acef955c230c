/** The settings of twemcache, for files, flags and environment variables. */
import { createRequire } from 'node:module'
import {
  type ConfigOf,
  adminSection,
  debugSection,
  defineProgram,
  hashMapSection,
  hotkeySection,
  klogSection,
  memcacheSection,
  serverSection,
  timeSection,
  workerSection,
} from '@pelikan/config'
import { listMetrics } from './metrics.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

export const program = defineProgram({
  name: 'twemcache',
  version,
  description: 'A memcached-compatible cache server that keeps its items in a Map.',
  examples: [
    'twemcache -m 1024 -p 11212',
    'twemcache config/twemcache.toml',
    'PELIKAN_HASHMAP_MEMORY=1GB twemcache',
    'twemcache top --help',
  ],
  stats: listMetrics,
  sections: {
    server: serverSection({ port: 11_211 }),
    worker: workerSection(),
    memcache: memcacheSection(),
    hashmap: hashMapSection(),
    time: timeSection(),
    admin: adminSection(),
    klog: klogSection(),
    hotkey: hotkeySection(),
    debug: debugSection(),
  },
  check: ({ worker }) =>
    worker.threads === 1
      ? []
      : [
          {
            key: 'worker.threads',
            problem: 'must be 1: the hashmap storage cannot be shared between threads',
          },
        ],
})

export type TwemcacheConfig = ConfigOf<typeof program>
