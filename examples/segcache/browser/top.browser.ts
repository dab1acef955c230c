/** `segcache top` as a program, beside a server under load. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Figures } from '@pelikan/live'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Watched, startLoad, startWatched } from './stage.ts'

const main = (program: string): string =>
  fileURLToPath(new URL(`../../${program}/src/main.ts`, import.meta.url))

describe('top', () => {
  let watched: Watched
  let load: ChildProcess
  beforeAll(async () => {
    watched = await startWatched()
    load = startLoad(watched.server, ['--keys', '5000', '--rate', '1000', '--connections', '4'])
  })
  afterAll(async () => {
    load.kill('SIGKILL')
    await watched.server.stop()
  })

  function top(program: string, ...options: string[]): ChildProcess {
    const args = [main(program), 'top', '--admin', watched.admin, ...options]
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  }

  it('gives a script what it asked for', async () => {
    const child = top('segcache', '--json', '--count', '4')
    let out = ''
    child.stdout!.on('data', (chunk) => (out += String(chunk)))
    expect(await once(child, 'exit')).toEqual([0, null])
    const figures = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Figures)
    expect(figures).toHaveLength(4)
    expect(figures.at(-1)!.requests).toBeGreaterThan(500)
    expect(figures.at(-1)!.connections).toBe(4)
    expect(figures.at(-1)!.workers).toHaveLength(2)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s', async (signal) => {
    const child = top('segcache')
    await once(child.stdout!, 'data')
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends when nobody reads', async () => {
    const child = top('segcache', '--json')
    let errors = ''
    child.stderr!.on('data', (chunk) => (errors += String(chunk)))
    await once(child.stdout!, 'data')
    child.stdout!.destroy()
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(errors).toBe('')
  })

  it.each(['segcache', 'twemcache', 'pingserver'])('of %s says what is wrong', (program) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [main(program), 'top', '--admin', 'http://127.0.0.1:1'],
      { encoding: 'utf8' },
    )
    expect(status).toBe(1)
    expect(stderr).toContain(`${program} top: http://127.0.0.1:1 does not answer: `)
  })
})
