/**
 * The command line of a bench: `--help` lists its options and ends with 0; what is unknown or wrong is
 * answered with one sentence on standard error, and 2; what keeps a bench from being run, such as a server
 * that does not start, with one sentence and 1.
 *
 * @module
 */
import { basename } from 'node:path'
import { PelikanError } from '@pelikan/core'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

/** Where a program is called from and writes to. */
export interface Terminal {
  /** Without Node.js and the file. */
  readonly args: readonly string[]
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  readonly exitWith: (code: number) => void
}

/** A bench cannot go on, for a reason that is not its own. */
export class BenchError extends Error {}

const USAGE_ERROR = 2
const FAILED = 1
const LEAST_SECONDS = 0.1

const PROCESS: Terminal = {
  args: process.argv.slice(2),
  print: console.log,
  complain: console.error,
  exitWith: (code) => void (process.exitCode = code),
}

/** @param file from the repository's root: `bench/wire/idle.ts` */
export function benchCommand(file: string, about: string): Command {
  return new Command(`node ${file}`)
    .description(about)
    .helpOption('--help', 'print this, and measure nothing')
    .allowExcessArguments(false)
    .showSuggestionAfterError()
}

/**
 * Parse the arguments and run `main`, which may call `command.error` for what it finds wrong itself.
 *
 * @param terminal by default that of this process
 */
export async function runCommand(
  command: Command,
  main: (terminal: Terminal) => Promise<void>,
  terminal: Terminal = PROCESS,
): Promise<void> {
  const { args, complain, exitWith, print } = terminal
  const name = basename(command.name())
  command.exitOverride().configureOutput({
    writeOut: (text) => print(text.trimEnd()),
    writeErr: (text) =>
      complain(
        `${name}: ${text
          .trim()
          .replace(/^error: /u, '')
          .replace('\n', ' ')}`,
      ),
  })
  try {
    command.parse(args, { from: 'user' })
    await main(terminal)
  } catch (error) {
    if (error instanceof PelikanError || error instanceof BenchError) {
      complain(`${name}: ${error.message}`)
      exitWith(FAILED)
    } else if (!(error instanceof CommanderError)) throw error
    else if (error.exitCode !== 0) exitWith(USAGE_ERROR)
  }
}

/** Reads a whole number. */
export function whole(least: number, most: number = Infinity): (text: string) => number {
  const range = most === Infinity ? `from ${least} up` : `from ${least} to ${most}`
  return (text) => {
    const value = /^\d+$/u.test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number ${range}.`)
  }
}

/** `--seconds <n>`, at least a tenth of one. */
export function secondsOption(text: string): Option {
  return new Option('--seconds <n>', text).argParser((given) => {
    const value = given.trim() === '' ? NaN : Number(given)
    if (value >= LEAST_SECONDS && Number.isFinite(value)) return value
    throw new InvalidArgumentError(`It must be a number of seconds from ${LEAST_SECONDS} up.`)
  })
}

/** Reads names of `all`, with commas between them. */
export function namesOf<Name extends string>(
  all: readonly Name[],
): (text: string) => readonly Name[] {
  return (text) =>
    text.split(',').map((word) => {
      const name = all.find((one) => one === word)
      if (name !== undefined) return name
      throw new InvalidArgumentError(`There is no "${word}"; there are ${all.join(', ')}.`)
    })
}
