/**
 * The packed packages work where the workspace is not: they are installed together into an empty folder
 * with npm, each is imported by its name, pingserver answers a ping, and the load generator's pings.
 *
 *   node scripts/try-packages.ts FOLDER_OF_TARBALLS
 *
 * @module
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const SCOPE = '@pelikan'

const tarballs = resolve(process.argv[2] ?? '.')
const folder = mkdtempSync(join(tmpdir(), 'pelikan-packages-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

install()
const names = globSync(`node_modules/${SCOPE}/*`, { cwd: folder }).map((path) => path.slice(13))
for (const name of names) importPackage(name)
console.log(`imported ${names.length} packages`)
await ping(join(folder, 'node_modules/.bin/pelikan-pingserver'))
console.log('pingserver answered')
await load(join(folder, 'node_modules/.bin'))
console.log('the load generator was answered')

function install(): void {
  const files = globSync('*.tgz', { cwd: tarballs })
  if (files.length === 0) throw new Error(`no tarballs in ${tarballs}`)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  run('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...files.map((file) => join(tarballs, file)),
  ])
}

/** In a process of its own, with what its manifest promises: built files, and no side effect. */
function importPackage(name: string): void {
  const manifest: unknown = JSON.parse(
    readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
  )
  const text = JSON.stringify(manifest)
  if (/"(workspace|catalog):/.test(text)) throw new Error(`${name}: ${text}`)
  if (existsSync(join(folder, 'node_modules', name, 'dist/.tsbuildinfo'))) {
    throw new Error(`${name} carries the compiler's notes`)
  }
  const source = `
    const names = Object.keys(await import('${name}'))
    if (names.length === 0) throw new Error('${name} exports nothing')`
  run(process.execPath, ['--input-type=module', '--eval', source])
}

async function ping(bin: string): Promise<void> {
  const server = spawn(bin, ['--server-port', '0'], {
    cwd: folder,
    env: ownNode(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  const [banner] = await Promise.race([once(server.stdout, 'data'), ended])
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(banner))?.[1])
  try {
    const answer = await ask(port, 'PING\r\n')
    if (answer !== 'PONG\r\n') throw new Error(`PING was answered with ${JSON.stringify(answer)}`)
  } finally {
    server.kill('SIGTERM')
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`pingserver ended with ${code}`)
}

/** The load generator, whose threads are files of their own, starts pingserver by itself. */
async function load(bins: string): Promise<void> {
  const server = `${join(bins, 'pelikan-pingserver')} --server-port {port}`
  const args = ['--protocol', 'ping', '--server', server, '--duration', '200ms', '--warm-up', '0']
  const generator = spawn(join(bins, 'pelikan-loadgen'), args, {
    cwd: folder,
    env: ownNode(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(generator, 'exit')
  if (code !== 0) throw new Error(`pelikan-loadgen ended with ${code}`)
}

async function ask(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: folder, stdio: 'inherit' })
}

/** An environment in which `env node` is the Node.js that runs this. */
function ownNode(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
}
