#!/usr/bin/env node
/** Starts pingserver. */
import { listenAddresses, loadConfig } from '@pelikan/config'
import { formatAddress } from '@pelikan/core'
import type { Noop } from '@pelikan/entrystore'
import type { PingParser, PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { ProcessBuilder, debugLog, exitWith, netcat, runProcess } from '@pelikan/server'
import { parts } from './composition.ts'
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

const server = new ProcessBuilder<Noop, PingParser, PingRequest, PingResponse>(parts, {
  listen: listenAddresses(config.server),
  limits: { ...config.server, ...config.worker },
}).spawn()

await runProcess(server, {
  log,
  banner: (addresses) => [
    `${program.name} ${program.version} listens at ${addresses.map(formatAddress).join(', ')}`,
    `  threads  ${config.worker.threads}`,
    `  try      printf 'PING\\r\\nQUIT\\r\\n' | ${netcat(server.address)}`,
    `  stop     Ctrl-C, or kill ${process.pid}`,
  ],
})
