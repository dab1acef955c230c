/**
 * What benches beside others have in common: their options, and where their results go.
 *
 * ```text
 *   --quick          a smoke run: little data, little time
 *   --rounds <n>     rounds, where there are rounds
 *   --out <folder>   keep the results there; by default in bench/results, but those of a smoke run nowhere,
 *                    nor those of a run with options that only this program has
 *   --markdown       show the results that are kept, as Markdown, and measure nothing
 * ```
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  describeMachine,
  type Machine,
  machineLine,
  markdownTable,
  saveResults,
  textTable,
} from '@pelikan/loadgen'
import { type Command, Option } from 'commander'
import { type Terminal, benchCommand, runCommand, whole } from './command-line.ts'

export interface BenchRun {
  readonly isQuick: boolean
  readonly rounds: number
}

/** A heading and rows under it, the head of the table included. */
export interface ReportTable {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
}

/** One measurement as a program; `Own` are the values of the options that only this program has. */
export interface BenchProgram<Results extends object, Own extends object = object> {
  /** From the repository's root: `bench/storage/speed.ts`. */
  readonly file: string
  readonly about: string
  /** `storage-speed`: the name of its files in `bench/results`. */
  readonly name: string
  /** Undefined where it has none: it measures once. */
  readonly rounds?: number
  /** Options that only this program has. */
  readonly options?: readonly Option[]
  readonly measure: (run: BenchRun, own: Partial<Own>) => Promise<Results>
  readonly tables: (results: Results) => readonly ReportTable[]
  /** By the end of the file's name. */
  readonly charts: (results: Results) => Readonly<Record<string, string>>
}

interface Common {
  readonly quick?: true
  readonly markdown?: true
  readonly rounds?: number
  readonly out?: string
}

const FOLDER = join(import.meta.dirname, '../results')

/** @param terminal by default that of this process */
export async function runProgram<Results extends object, Own extends object = object>(
  program: BenchProgram<Results, Own>,
  terminal?: Terminal,
): Promise<void> {
  const { about, file, options = [] } = program
  const command = benchCommand(file, about)
  for (const option of [...options, ...commonOptions(program.rounds)]) command.addOption(option)
  await runCommand(command, ({ print }) => run(program, command, print), terminal)
}

function commonOptions(rounds: number | undefined): readonly Option[] {
  const all = [
    new Option('--quick', 'a smoke run: little data, little time'),
    new Option('--markdown', 'show the results that are kept, and measure nothing'),
    new Option(
      '--out <folder>',
      'keep results there; by default in bench/results, but those of a smoke run, or of one with ' +
        'an option that changes what is measured, nowhere',
    ),
  ]
  if (rounds === undefined) return all
  const text = `rounds, which take turns; by default ${rounds}, with --quick 1`
  return [new Option('--rounds <n>', text).argParser(whole(1)), ...all]
}

async function run<Results extends object, Own extends object>(
  program: BenchProgram<Results, Own>,
  command: Command,
  print: (text: string) => void,
): Promise<void> {
  const { markdown, out, quick, rounds, ...own } = command.opts<Common & Partial<Own>>()
  const folder = out ?? FOLDER
  const file = join(folder, `${program.name}.json`)
  if (markdown === true) {
    const kept = read(file, command) as Results & { readonly machine: Machine }
    print(`${machineLine(kept.machine)}\n`)
    for (const { rows, title } of program.tables(kept)) {
      print(`**${title}**\n\n${markdownTable(rows)}\n`)
    }
    return
  }
  const isQuick = quick === true
  print(`${machineLine(describeMachine())}${isQuick ? ', a smoke run' : ''}\n`)
  const results = await program.measure(
    { isQuick, rounds: rounds ?? (isQuick ? 1 : (program.rounds ?? 1)) },
    own as unknown as Partial<Own>,
  )
  for (const { rows, title } of program.tables(results)) print(`${title}\n${textTable(rows)}\n`)
  const isOwn = Object.keys(own).some((name) => command.getOptionValueSource(name) === 'cli')
  if (out === undefined && (isQuick || isOwn)) return
  mkdirSync(folder, { recursive: true })
  saveResults(file, results)
  for (const [end, chart] of Object.entries(program.charts(results))) {
    writeFileSync(join(folder, `${program.name}${end}.svg`), chart)
  }
}

function read(file: string, command: Command): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return command.error(`no results are kept: ${(error as Error).message}`)
  }
}
