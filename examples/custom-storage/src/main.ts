#!/usr/bin/env node
/** Serves memcache over a {@link MapStorage}: `node src/main.ts [PORT]`. */
import { formatAddress } from '@pelikan/core'
import type { MemcacheParser, MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { ProcessBuilder, debugLog, netcat, runProcess } from '@pelikan/server'
import { parts } from './composition.ts'
import type { MapStorage } from './map-storage.ts'

const DEFAULT_PORT = '11212'

const server = new ProcessBuilder<MapStorage, MemcacheParser, MemcacheRequest, MemcacheResponse>(
  parts,
  { listen: [{ host: '127.0.0.1', port: Number(process.argv[2] ?? DEFAULT_PORT) }] },
).spawn()

await runProcess(server, {
  log: debugLog({ name: parts.name, level: 'info' }),
  banner: (addresses) => [
    `${parts.name} listens at ${addresses.map(formatAddress).join(', ')}`,
    `  try   printf 'set a 0 0 5\\r\\nhello\\r\\nget a\\r\\nquit\\r\\n' | ${netcat(server.address)}`,
    `  stop  Ctrl-C, or kill ${process.pid}`,
  ],
})
