/** Every program of this folder, as somebody meets it who has read nothing. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const BENCH = join(import.meta.dirname, '..')

/** What is run by hand. */
const PROGRAMS = ['micro', 'storage', 'wire'].flatMap((folder) =>
  readdirSync(join(BENCH, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .filter((file) =>
      /^await run(?:Command|Program|ResidentBench)\b/mu.test(
        readFileSync(join(BENCH, file), 'utf8'),
      ),
    ),
)

function run(file: string, arg: string): { code: number | null; out: string; error: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(BENCH, file), arg], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { code: status, out: stdout, error: stderr }
}

it('knows the programs that README.md names', () => {
  const readme = readFileSync(join(BENCH, 'README.md'), 'utf8')
  const named = Array.from(readme.matchAll(/^\| `node bench\/(\S+\.ts)/gmu), ([, file]) => file)
  expect(named.length).toBeGreaterThan(5)
  expect(PROGRAMS).toEqual(expect.arrayContaining(named))
})

describe.each(PROGRAMS)('%s', (file) => {
  it('answers --help, and ends with 0', () => {
    const { code, error, out } = run(file, '--help')
    expect([code, error]).toEqual([0, ''])
    expect(out).toContain(`Usage: node bench/${file} `)
  })

  it('answers an option that it does not know with one sentence, and ends with 2', () => {
    const { code, error, out } = run(file, '--nonsense')
    expect([code, out]).toEqual([2, ''])
    expect(error.trimEnd().split('\n')).toHaveLength(1)
  })
})

it('knows a case that is run without its bench', () => {
  const { code, error, out } = run('storage/density-case.ts', '--nonsense')
  expect([code, out]).toEqual([2, ''])
  expect(error).toBe(
    'density-case.ts is one case of a bench, which starts it with a task as JSON\n',
  )
})
