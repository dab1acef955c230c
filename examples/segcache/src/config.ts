/** The settings of segcache, for files, flags and environment variables. */
import { createRequire } from 'node:module'
import {
  type ConfigOf,
  debugSection,
  defineProgram,
  memcacheSection,
  segSection,
  serverSection,
  timeSection,
  workerSection,
} from '@pelikan/config'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

export const program = defineProgram({
  name: 'segcache',
  version,
  description: 'A memcached-compatible cache server that keeps its items in segments.',
  examples: [
    'segcache -m 1024 -p 11212',
    'segcache config/segcache.toml',
    'PELIKAN_SEG_HEAP_SIZE=1GB segcache',
  ],
  sections: {
    server: serverSection({ port: 11_211 }),
    worker: workerSection('several'),
    memcache: memcacheSection(),
    seg: segSection(),
    time: timeSection(),
    debug: debugSection(),
  },
})

export type SegcacheConfig = ConfigOf<typeof program>
