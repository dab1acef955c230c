import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'

const MODULE = join(import.meta.dirname, '../storage/case-process.ts')
/** A program that runs a case that never ends. */
const PROGRAM = `
  import { runCase } from '${MODULE}'
  await runCase('../test/endless-case.ts', {})
`

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends with its program, on %s', async (how) => {
  const program = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [line] = (await once(program.stderr, 'data')) as [Buffer]
  const pid = Number(line.toString())
  expect(isRunning(pid)).toBe(true)
  program.kill(how)
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 10_000)
})
