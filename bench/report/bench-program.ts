/**
 * What benches beside others have in common: their options, and where their results go.
 *
 * ```text
 *   --quick        a smoke run: little data, little time
 *   --rounds N     rounds, where there are rounds
 *   --out FOLDER   keep the results there; by default in bench/results, but those of a smoke run nowhere,
 *                  nor those of a run with options that only this program has
 *   --markdown     show the results that are kept, as Markdown, and measure nothing
 * ```
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  describeMachine,
  type Machine,
  machineLine,
  markdownTable,
  saveResults,
  textTable,
} from '@pelikan/loadgen'

export interface BenchRun {
  readonly isQuick: boolean
  readonly rounds: number
  /** The program's own options, as they were given. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>
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
  /** Options that only this program has. */
  readonly options?: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>
  readonly measure: (run: BenchRun) => Promise<Results>
  readonly tables: (results: Results) => readonly ReportTable[]
  /** By the end of the file's name. */
  readonly charts: (results: Results) => Readonly<Record<string, string>>
}

const FOLDER = join(import.meta.dirname, '../results')
const COMMON = {
  quick: { type: 'boolean' },
  markdown: { type: 'boolean' },
  rounds: { type: 'string' },
  out: { type: 'string' },
} as const

/** @param print shows lines; by default on standard output */
export async function runProgram<Results extends object>(
  program: BenchProgram<Results>,
  args: readonly string[] = process.argv.slice(2),
  print: (text: string) => void = console.log,
): Promise<void> {
  const { options: own = {} } = program
  const {
    markdown,
    out,
    quick,
    rounds: wanted,
    ...values
  } = parseArgs({
    args: [...args],
    options: { ...own, ...COMMON },
  }).values
  const folder = out ?? FOLDER
  const file = join(folder, `${program.name}.json`)
  if (markdown === true) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Results & { readonly machine: Machine }
    print(`${machineLine(kept.machine)}\n`)
    for (const { rows, title } of program.tables(kept)) {
      print(`**${title}**\n\n${markdownTable(rows)}\n`)
    }
    return
  }
  const isQuick = quick === true
  const rounds = Number(wanted ?? (isQuick ? 1 : program.rounds))
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new TypeError(`--rounds is ${wanted}; it must be a whole number from 1`)
  }
  print(`${machineLine(describeMachine())}${isQuick ? ', a smoke run' : ''}\n`)
  const results = await program.measure({ isQuick, rounds, values })
  for (const { rows, title } of program.tables(results)) print(`${title}\n${textTable(rows)}\n`)
  if (out === undefined && (isQuick || Object.keys(values).length > 0)) return
  mkdirSync(folder, { recursive: true })
  saveResults(file, results)
  for (const [end, chart] of Object.entries(program.charts(results))) {
    writeFileSync(join(folder, `${program.name}${end}.svg`), chart)
  }
}
