/** The settings of pingserver, for files, flags and environment variables. */
import { createRequire } from 'node:module'
import {
  type ConfigOf,
  debugSection,
  defineProgram,
  serverSection,
  workerSection,
} from '@pelikan/config'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

export const program = defineProgram({
  name: 'pingserver',
  version,
  description: 'A server that answers PING with PONG.',
  examples: ['pingserver --server-port 12322', 'pingserver config/pingserver.toml'],
  sections: {
    server: serverSection({ port: 12_321 }),
    worker: workerSection('several'),
    debug: debugSection(),
  },
})

export type PingserverConfig = ConfigOf<typeof program>
