/** The programs, each in a process of its own. They check themselves what they print. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = async (program: string) => {
  const file = fileURLToPath(new URL(`../src/${program}`, import.meta.url))
  return promisify(execFile)(process.execPath, [file], { timeout: 50_000 })
}

it('shares pages between its threads, and ends by itself', { timeout: 60_000 }, async () => {
  const { stderr, stdout } = await run('main.ts')
  expect(stderr).toBe('')
  expect(stdout).toContain('{ rendered: 20000 }, { rendered: 20000 }')
  expect(stdout).toContain('{ read: 40000 }, { read: 40000 }')
  // The pages, and the counter.
  expect(stdout).toMatch(/items: 40001,/)
  expect(stdout).toMatch(/hits: 120001,/)
  expect(stdout).toMatch(/evictions: 0,/)
  expect(stdout).toMatch(/MiB of items; JavaScript heap/)
})

it('shows what a cache can do', { timeout: 60_000 }, async () => {
  const { stderr, stdout } = await run('basics.ts')
  expect(stderr).toBe('')
  expect(stdout).toContain('session:7 3')
  expect(stdout).toMatch(/evictions: 0, hits: 3, items: \d, misses: 3/)
})
