/**
 * Installs the workspace: the slow path of scripts/run, and the only file of the repository that the
 * machine's own Node.js runs (hence `.mjs`).
 *
 *   node scripts/install.mjs STAMP
 *
 * Nothing of it may stay behind: pnpm and whatever it starts are a process group of their own, which ends
 * with this process. Two runs at once take turns, and the second finds the work done. A Unix socket is the
 * lock: the kernel closes it however its owner ends, and whoever waits hears that at once.
 *
 * @module
 */

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PNPM = 'pnpm@12.21.0'
const OLDEST_NODE = 20
const STAMP_FILE = 'node_modules/.installed'
const OWN_NODE = 'node_modules/node/bin/node'
/** Between asking pnpm to end and ending it. */
const GRACE_MS = 3000
/** How long a socket may exist before somebody listens on it. */
const BIND_MS = 200
const NO_NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|META_FETCH_FAIL/
const OUTDATED = /ERR_PNPM_OUTDATED_LOCKFILE/

let installation
let stopping = false
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, stop)

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(`Node.js ${OLDEST_NODE} or later is needed: ${process.execPath} is ${process.version}.`)
}

const folder = createHash('sha256').update(`${userInfo().uid} ${process.cwd()}`).digest('hex')
const lock = await takeTurn(join(tmpdir(), `pelikan-install-${folder.slice(0, 16)}.sock`))
process.on('exit', () => lock.close())

const stamp = process.argv[2]
if (lastStamp() !== stamp) {
  await install()
  writeFileSync(STAMP_FILE, `${stamp}\n`)
}
process.exit(0)

async function install() {
  console.error('Installing what is missing (the first time takes about a minute) ...')
  const { status, output } = await runPnpm()
  if (stopping) {
    killInstallation('SIGKILL')
    process.exit(1)
  }
  if (status !== 0) fail(`${output.trimEnd()}\n\n${explain(output)}`)
  const { error, stderr, status: works } = spawnSync(OWN_NODE, ['--version'], { encoding: 'utf8' })
  if (works !== 0) fail(`${OWN_NODE} does not run on this machine: ${error?.message ?? stderr}`)
}

/** Runs `pnpm install` until it and everything that writes to its output have ended. */
function runPnpm() {
  return new Promise((resolve) => {
    installation = spawn(
      'npx',
      ['--yes', '--prefer-offline', PNPM, 'install', '--frozen-lockfile'],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          // npm puts node_modules/.bin first, where a `node` may be half installed.
          PATH: dirname(process.execPath) + delimiter + process.env.PATH,
          // Ask no questions.
          CI: 'true',
        },
      },
    )
    let output = ''
    const collect = (chunk) => (output += chunk)
    installation.stdout.on('data', collect)
    installation.stderr.on('data', collect)
    installation.on('error', (error) => resolve({ status: 1, output: `npx: ${error.message}` }))
    installation.on('close', (status) => resolve({ status, output }))
  })
}

function stop() {
  stopping = true
  if (installation === undefined) process.exit(1)
  killInstallation('SIGTERM')
  setTimeout(() => killInstallation('SIGKILL'), GRACE_MS)
}

function killInstallation(signal) {
  try {
    process.kill(-installation.pid, signal)
  } catch {
    // Every process of the group has ended.
  }
}

/** Resolves with the listening server that is the lock, once no other process of this folder has it. */
async function takeTurn(path) {
  for (let refusals = 0; ;) {
    const server = await listen(path)
    if (server !== undefined) return server
    if (await outwait(path)) refusals = 0
    // Its owner was killed, unless it is just about to listen.
    else if (++refusals === 2) rmSync(path, { force: true })
    else await sleep(BIND_MS)
  }
}

function listen(path) {
  return new Promise((resolve) => {
    const server = createServer((waiting) => waiting.on('error', () => waiting.destroy()))
    server.on('error', (error) => {
      if (error.code !== 'EADDRINUSE') fail(`${path}: ${error.message}`)
      resolve(undefined)
    })
    server.listen(path, () => resolve(server))
  })
}

/** Resolves with true when the owner of the lock has ended, with false when it has none. */
function outwait(path) {
  return new Promise((resolve) => {
    const owner = connect(path, () => console.error('Waiting for another installation here ...'))
    owner.on('error', () => resolve(false))
    owner.on('close', () => resolve(true))
    owner.resume()
  })
}

function lastStamp() {
  try {
    return readFileSync(STAMP_FILE, 'utf8').trimEnd()
  } catch {
    return undefined
  }
}

function explain(output) {
  if (OUTDATED.test(output)) {
    return `A package.json asks for what pnpm-lock.yaml lacks: run "npx ${PNPM} install", commit both.`
  }
  if (NO_NETWORK.test(output)) {
    return 'The package registry cannot be reached: check the network, or the proxy npm is set to.'
  }
  return `The installation failed. By hand: npx ${PNPM} install --frozen-lockfile`
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
