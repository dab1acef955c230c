/** The program, in a process of its own, which checks itself what it prints. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const run = promisify(execFile)

it('shares pages between its threads, and ends by itself', { timeout: 60_000 }, async () => {
  const { stderr, stdout } = await run(process.execPath, [MAIN], { timeout: 50_000 })
  expect(stderr).toBe('')
  expect(stdout).toContain('{ rendered: 20000 }, { rendered: 20000 }')
  expect(stdout).toContain('{ read: 40000 }, { read: 40000 }')
  // The pages, and the counter.
  expect(stdout).toMatch(/items: 40001,/)
  expect(stdout).toMatch(/hits: 120001,/)
  expect(stdout).toMatch(/evictions: 0,/)
  expect(stdout).toMatch(/MiB of items; JavaScript heap/)
})
