/** What a cache that nobody closes does to its process: nothing. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('library-program.ts', import.meta.url))
/** A process that does not end is ended, and fails. */
const OPTIONS = { timeout: 30_000 }

const run = promisify(execFile)

it('lets the process and its threads end', { timeout: 60_000 }, async () => {
  const { stderr, stdout } = await run(process.execPath, [PROGRAM], OPTIONS)
  expect(stdout).toBe('from a thread\n')
  expect(stderr).toBe('')
})

it('is collected where nobody holds it', { timeout: 60_000 }, async () => {
  const args = ['--expose-gc', PROGRAM, 'collect']
  const { stdout } = await run(process.execPath, args, OPTIONS)
  expect(stdout).toBe('collected\n')
})
