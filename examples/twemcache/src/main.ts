#!/usr/bin/env node
/** Starts twemcache. */
import {
  formatConfig,
  formatSize,
  listenAddresses,
  loadConfig,
  readCredentialsFile,
} from '@pelikan/config'
import { topProgram } from '@pelikan/live'
import type { MemcacheParser, MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { ProcessBuilder, exitWith, runProgram } from '@pelikan/server'
import type { HashMapStorage } from '@pelikan/storage-hashmap'
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
    return new ProcessBuilder<HashMapStorage, MemcacheParser, MemcacheRequest, MemcacheResponse>(
      compose(config),
      options,
    ).spawn()
  },
  reload: () => {
    const { authFile } = config.memcache
    return authFile === undefined ? [] : readCredentialsFile(authFile)
  },
  facts: [['memory', `${formatSize(config.hashmap.memoryBytes)} for items (-m)`]],
  example: String.raw`set hello 0 0 5\r\nworld\r\nget hello\r\nquit\r\n`,
})
