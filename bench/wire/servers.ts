/**
 * The servers that are compared, with one thread and the same memory each.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { uringSupport } from '@pelikan/transport-uring'
import type { TransportName } from './rows.ts'

export const SEGCACHE = 'node examples/segcache/src/main.ts -p {port} -t 1 -m 1024 -c 4096'
export const PINGSERVER = 'node examples/pingserver/src/main.ts -p {port}'
export const MEMCACHED = 'memcached -l 127.0.0.1 -t 1 -p {port} -u root -m 1024 -c 4096'

/** A server and what it runs on; undefined for the other one. */
export interface Server {
  readonly name: string
  readonly command: string
  readonly transport: TransportName | undefined
}

/** Ours on each transport, then the other one. Says what cannot be measured here. */
export function serversOf(
  ours: string,
  transports: readonly TransportName[],
  other: string,
): readonly Server[] {
  const servers: Server[] = []
  for (const transport of transports) {
    const support = uringSupport()
    if (transport === 'uring' && !support.ok) {
      console.log(`uring is left out: ${support.reason}`)
      continue
    }
    const command = `${ours} --worker-transport ${transport}`
    servers.push({ name: `segcache, ${transport}`, command, transport })
  }
  const [program = ''] = other.split(' ')
  const { error, stdout } = spawnSync(program, ['-V'], { encoding: 'utf8' })
  if (error === undefined) {
    const name = stdout.trim().split('\n')[0] || program
    servers.push({ name, command: other, transport: undefined })
  } else {
    console.log(`${program} is not installed here: our server is measured alone`)
  }
  return servers
}
