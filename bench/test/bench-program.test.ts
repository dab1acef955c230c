import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LoadError } from '@pelikan/loadgen'
import { Option } from 'commander'
import { type BenchProgram, type BenchRun, runProgram } from '../report/bench-program.ts'
import { whole } from '../report/command-line.ts'

let folder: string
let runs: (BenchRun & Partial<Wheels>)[]
let printed: string
let complaints: string
let code: number

interface Wheels {
  readonly wheels: number
}

const PROGRAM: BenchProgram<{ readonly speed: number }, Wheels> = {
  file: 'bench/storage/test.ts',
  about: 'How fast it is.',
  name: 'storage-test',
  rounds: 3,
  options: [new Option('--wheels <n>', 'how many').argParser(whole(1))],
  measure: async (asked, own) => {
    if (own.wheels === 7) throw new LoadError('PELIKAN_LOAD_SILENT', 'it stands still')
    runs.push({ ...asked, ...own })
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
  await runProgram(PROGRAM, {
    args,
    print: (text) => (printed += `${text}\n`),
    complain: (text) => (complaints += `${text}\n`),
    exitWith: (given) => (code = given),
  })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelikan-bench-'))
  runs = []
  printed = ''
  complaints = ''
  code = 0
})

afterEach(() => rmSync(folder, { recursive: true }))

it('shows what it has measured, and keeps it where it is told to', async () => {
  await run('--quick', '--out', join(folder, 'new'))
  expect(runs).toEqual([{ isQuick: true, rounds: 1 }])
  expect(printed).toContain('bicycle    42')
  const kept = JSON.parse(readFileSync(join(folder, 'new/storage-test.json'), 'utf8'))
  expect(kept).toMatchObject({ speed: 42, machine: { node: process.version } })
  expect(readFileSync(join(folder, 'new/storage-test-bars.svg'), 'utf8')).toBe('<svg>42</svg>')
})

it('shows what was kept as Markdown, and measures nothing', async () => {
  await run('--out', folder)
  expect(runs).toEqual([{ isQuick: false, rounds: 3 }])
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

it('lists its options, and measures nothing', async () => {
  await run('--help')
  for (const option of [
    '--quick',
    '--rounds <n>',
    '--out <folder>',
    '--markdown',
    '--wheels <n>',
  ]) {
    expect(printed).toContain(option)
  }
  expect(printed).toContain('node bench/storage/test.ts')
  expect([runs, complaints, code]).toEqual([[], '', 0])
})

it.each([
  ['--rounds 0', 'whole number from 1'],
  ['--rounds 1.5', 'whole number from 1'],
  ['--rounds many', 'whole number from 1'],
  ['--wheels round', 'whole number from 1'],
  ['--wheels', 'argument missing'],
  ['--roudns 2', 'Did you mean --rounds'],
  ['more', 'too many arguments'],
  ['--markdown --out /nowhere', 'no results are kept: ENOENT'],
])('answers %s with a sentence and 2, and measures nothing', async (args, sentence) => {
  await run(...args.split(' '))
  expect(complaints).toContain(sentence)
  expect(complaints.trimEnd().split('\n')).toHaveLength(1)
  expect([runs, printed, code]).toEqual([[], '', 2])
})

it('says in a sentence why it could not measure, and ends with 1', async () => {
  await run('--wheels', '7')
  expect([complaints, code]).toEqual(['test.ts: it stands still\n', 1])
})

it('lets a mistake of its own through', async () => {
  const broken = { ...PROGRAM, tables: () => [].at(1)! }
  const terminal = { args: ['--quick'], print: () => {}, complain: () => {}, exitWith: () => {} }
  await expect(runProgram(broken, terminal)).rejects.toThrow(TypeError)
})
