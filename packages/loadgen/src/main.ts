#!/usr/bin/env node
/** Starts pelikan-loadgen. */
import { readFileSync } from 'node:fs'
import { runCommand } from './command/run-command.ts'
import { stopServers } from './compare/server-process.ts'

const INTERRUPTED = 130

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second one does not wait for servers; they are killed when this process is gone.
    if (interrupted) process.exit(INTERRUPTED)
    interrupted = true
    void stopServers().finally(() => process.exit(INTERRUPTED))
  })
}

const manifest = new URL('../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
const code = await runCommand(process.argv.slice(2), version, {
  stdout: (text) => void process.stdout.write(text),
  // What goes wrong while servers are stopped on a signal is no news.
  stderr: (text) => void (interrupted || process.stderr.write(text)),
  onTerminal: process.stderr.isTTY,
})
if (!interrupted) process.exitCode = code
