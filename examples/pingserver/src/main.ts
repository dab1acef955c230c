#!/usr/bin/env node
/** Starts pingserver. */
import { formatConfig, listenAddresses, loadConfig } from '@pelikan/config'
import type { Noop } from '@pelikan/entrystore'
import { topProgram } from '@pelikan/live'
import type { PingParser, PingRequest, PingResponse } from '@pelikan/protocol-ping'
import { ProcessBuilder, exitWith, runProgram } from '@pelikan/server'
import { chooseTransport } from '@pelikan/transport-auto'
import { compose } from './composition.ts'
import { program } from './config.ts'

const [command, ...rest] = process.argv.slice(2)
if (command === 'top') await topProgram(program.name, rest)
const loaded = loadConfig(program, { argv: process.argv.slice(2), env: process.env })
if (loaded.kind === 'exit') exitWith(loaded)
const { config, warnings } = loaded

await runProgram({
  program,
  config,
  effectiveConfig: () => formatConfig(program, loaded, 'masked'),
  warnings,
  listen: listenAddresses(config.server),
  spawn: (options, log) => {
    const transport = chooseTransport(config.worker.transport)
    log[transport.level](transport.because)
    return new ProcessBuilder<Noop, PingParser, PingRequest, PingResponse>(
      compose({ transport: config.worker.transport, klog: config.klog }),
      options,
    ).spawn()
  },
  example: String.raw`PING\r\nQUIT\r\n`,
})
