/**
 * What the storage benches have in common: their options, and where their results go.
 *
 * ```text
 *   --quick       a smoke run: little data, little time; its results are not kept
 *   --rounds N    rounds, where there are rounds
 *   --markdown    show the results that are kept, as Markdown, and measure nothing
 * ```
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { describeMachine, type Machine, machineLine } from '../report/machine.ts'
import { saveResults } from '../report/save.ts'
import { markdownTable, textTable } from '../report/table.ts'

export interface BenchRun {
  readonly isQuick: boolean
  readonly rounds: number
}

/** A heading and rows under it, the head of the table included. */
export interface ReportTable {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
}

/** One measurement as a program. */
export interface BenchProgram<Results extends object> {
  /** `storage-speed`: the name of its files in `bench/results`. */
  readonly name: string
  readonly rounds: number
  readonly measure: (run: BenchRun) => Promise<Results>
  readonly tables: (results: Results) => readonly ReportTable[]
  /** By the end of the file's name. */
  readonly charts: (results: Results) => Readonly<Record<string, string>>
}

const FOLDER = join(import.meta.dirname, '../results')
const COMPILE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/node')
const OUTPUT_BYTES = 16 * 2 ** 20

const execute = promisify(execFile)

export async function runProgram<Results extends object>(
  program: BenchProgram<Results>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  })
  const file = join(FOLDER, `${program.name}.json`)
  if (values.markdown) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Results & { readonly machine: Machine }
    console.log(`${machineLine(kept.machine)}\n`)
    for (const { rows, title } of program.tables(kept)) {
      console.log(`**${title}**\n\n${markdownTable(rows)}\n`)
    }
    return
  }
  const isQuick = values.quick
  const rounds = Number(values.rounds ?? (isQuick ? 1 : program.rounds))
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new TypeError(`--rounds is ${values.rounds}; it must be a whole number from 1`)
  }
  console.log(`${machineLine(describeMachine())}${isQuick ? ', a smoke run' : ''}\n`)
  const results = await program.measure({ isQuick, rounds })
  for (const { rows, title } of program.tables(results)) {
    console.log(`${title}\n${textTable(rows)}\n`)
  }
  if (isQuick) return
  saveResults(file, results)
  for (const [end, chart] of Object.entries(program.charts(results))) {
    writeFileSync(join(FOLDER, `${program.name}${end}.svg`), chart)
  }
}

/** Run a case, in a process that does nothing else; what it prints is JSON. */
export async function runCase<Result>(script: string, task: object): Promise<Result> {
  const { stdout } = await execute(
    process.execPath,
    [join(import.meta.dirname, script), JSON.stringify(task)],
    // As `npm start` does: a process that strips the types of its files takes 30 MiB for that.
    { maxBuffer: OUTPUT_BYTES, env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE } },
  )
  return JSON.parse(stdout) as Result
}

/** In a case's process: what it was told to do. */
export function readTask(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}
