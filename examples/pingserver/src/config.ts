/** The settings of pingserver, for files, flags and environment variables. */
import { createRequire } from 'node:module'
import {
  type ConfigOf,
  adminSection,
  debugSection,
  defineProgram,
  klogSection,
  serverSection,
  workerSection,
} from '@pelikan/config'
import { listMetrics } from './metrics.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

export const program = defineProgram({
  name: 'pingserver',
  version,
  description: 'A server that answers PING with PONG.',
  examples: [
    'pingserver --server-port 12322',
    'pingserver config/pingserver.toml',
    'pingserver top --help',
  ],
  stats: listMetrics,
  sections: {
    server: serverSection({ port: 12_321 }),
    worker: workerSection('several'),
    admin: adminSection(),
    klog: klogSection(),
    debug: debugSection(),
  },
})

export type PingserverConfig = ConfigOf<typeof program>
