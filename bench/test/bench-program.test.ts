import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type BenchProgram, type BenchRun, runProgram } from '../report/bench-program.ts'

let folder: string
let runs: BenchRun[]
let printed: string

const PROGRAM: BenchProgram<{ readonly speed: number }> = {
  name: 'storage-test',
  rounds: 3,
  options: { wheels: { type: 'string' } },
  measure: async (asked) => {
    runs.push(asked)
    return { speed: 42 }
  },
  tables: ({ speed }) => [
    {
      title: 'Speeds',
      rows: [
        ['', 'km/h'],
        ['bicycle', String(speed)],
      ],
    },
  ],
  charts: ({ speed }) => ({ '-bars': `<svg>${speed}</svg>` }),
}

async function run(...args: readonly string[]): Promise<void> {
  await runProgram(PROGRAM, args, (text) => (printed += `${text}\n`))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelikan-bench-'))
  runs = []
  printed = ''
})

afterEach(() => rmSync(folder, { recursive: true }))

it('shows what it has measured, and keeps it where it is told to', async () => {
  await run('--quick', '--out', join(folder, 'new'))
  expect(runs).toEqual([{ isQuick: true, rounds: 1, values: {} }])
  expect(printed).toContain('bicycle    42')
  const kept = JSON.parse(readFileSync(join(folder, 'new/storage-test.json'), 'utf8'))
  expect(kept).toMatchObject({ speed: 42, machine: { node: process.version } })
  expect(readFileSync(join(folder, 'new/storage-test-bars.svg'), 'utf8')).toBe('<svg>42</svg>')
})

it('shows what was kept as Markdown, and measures nothing', async () => {
  await run('--out', folder)
  expect(runs).toEqual([{ isQuick: false, rounds: 3, values: {} }])
  printed = ''
  await run('--markdown', '--out', folder)
  expect(runs).toHaveLength(1)
  expect(printed).toContain(process.version.slice(1))
  expect(printed).toContain('**Speeds**\n\n|  | km/h |\n| --- | --- |\n| bicycle | 42 |\n')
})

it.each([['--quick'], ['--wheels', '2']])('keeps nothing unasked of %s', async (...args) => {
  await run(...args)
  expect(runs).toHaveLength(1)
  expect(existsSync(join(import.meta.dirname, '../results/storage-test.json'))).toBe(false)
})

it.each(['0', '1.5', 'many'])('refuses --rounds %s', async (rounds) => {
  await expect(run('--rounds', rounds)).rejects.toThrow('whole number from 1')
  expect(runs).toEqual([])
})
