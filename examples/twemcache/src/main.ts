#!/usr/bin/env node
/** Starts twemcache. */
import { formatSize, listenAddresses, loadConfig } from '@pelikan/config'
import { formatAddress } from '@pelikan/core'
import type { MemcacheParser, MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { ProcessBuilder, debugLog, exitWith, netcat, runProcess } from '@pelikan/server'
import type { HashMapStorage } from '@pelikan/storage-hashmap'
import { compose } from './composition.ts'
import { program } from './config.ts'

const loaded = loadConfig(program, { argv: process.argv.slice(2), env: process.env })
if (loaded.kind === 'exit') exitWith(loaded)
const { config, warnings } = loaded

const log = debugLog({
  name: program.name,
  level: config.debug.logLevel,
  file: config.debug.logFile,
})
for (const warning of warnings) log.warn(warning)

const server = new ProcessBuilder<
  HashMapStorage,
  MemcacheParser,
  MemcacheRequest,
  MemcacheResponse
>(compose(config), {
  listen: listenAddresses(config.server),
  limits: { ...config.server, ...config.worker },
}).spawn()

await runProcess(server, {
  log,
  banner: (addresses) => [
    `${program.name} ${program.version} listens at ${addresses.map(formatAddress).join(', ')}`,
    `  memory   ${formatSize(config.hashmap.memoryBytes)} for items (-m)`,
    `  threads  ${config.worker.threads}`,
    `  try      printf 'set hello 0 0 5\\r\\nworld\\r\\nget hello\\r\\nquit\\r\\n' | ${netcat(server.address)}`,
    `  stop     Ctrl-C, or kill ${process.pid}`,
    `  help     --help lists all settings`,
  ],
})
