#!/usr/bin/env node
/** Serves a part of RESP: `node src/main.ts [PORT]`, then `redis-cli -p 6380`. */
import { formatAddress } from '@pelikan/core'
import { ProcessBuilder, debugLog, netcat, runProcess } from '@pelikan/server'
import type { HashMapStorage } from '@pelikan/storage-hashmap'
import { parts } from './composition.ts'
import type { RespParser } from './parser.ts'
import type { RespRequest } from './request.ts'
import type { RespResponse } from './response.ts'

const DEFAULT_PORT = '6380'

const server = new ProcessBuilder<HashMapStorage, RespParser, RespRequest, RespResponse>(parts, {
  listen: [{ host: '127.0.0.1', port: Number(process.argv[2] ?? DEFAULT_PORT) }],
}).spawn()

await runProcess(server, {
  log: debugLog({ name: parts.name, level: 'info' }),
  banner: (addresses) => [
    `${parts.name} listens at ${addresses.map(formatAddress).join(', ')}`,
    `  try   printf 'SET a hello\\r\\nGET a\\r\\nQUIT\\r\\n' | ${netcat(server.address)}`,
    `  stop  Ctrl-C, or kill ${process.pid}`,
  ],
})
