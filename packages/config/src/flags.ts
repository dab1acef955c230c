/**
 * Settings from the command line. Every setting has a long flag that takes the same values as a file
 * does; memcached's own stand beside them, short and long, with memcached's habits (`-m64`, `-vv`,
 * `-l a -l b`).
 * What is not a flag is the configuration file, as with the original.
 *
 * @module
 */
import { Command, CommanderError, Option } from 'commander'
import { didYouMeanFlag } from './did-you-mean.ts'
import { Layer } from './layer.ts'
import { longFlags } from './memcached-flags.ts'
import type { Program } from './program.ts'
import type { Habit } from './section.ts'
import type { Setting } from './setting.ts'

/** What to do instead of running. */
type Instead = 'help' | 'version' | 'config' | 'stats'

export interface CommandLine {
  readonly layer: Layer
  /** The configuration file, where one was given. */
  readonly file: string | undefined
  readonly instead: Instead | undefined
}

const HELP_COLUMNS = 100

/** Where a long flag starts when no short one stands before it. */
const SHORT_FLAG_COLUMNS = '-x, '.length

export function readFlags(program: Program, argv: readonly string[]): CommandLine {
  const reader = new FlagReader(program)
  const operands = reader.read(argv)
  return { layer: reader.layer, file: operands[0], instead: reader.instead }
}

/** The text of `--help`. */
export function helpOf(program: Program): string {
  return new FlagReader(program).help()
}

class FlagReader {
  readonly layer: Layer = new Layer()
  instead: Instead | undefined = undefined
  readonly #program: Program
  readonly #command: Command
  readonly #flags: string[] = []
  /** Those of `#flags` that set nothing, so that nobody can have meant them. */
  readonly #habits: string[] = []

  constructor(program: Program) {
    this.#program = program
    this.#command = new Command(program.name)
      .usage('[flags] [config.toml]')
      .description(program.description)
      .helpOption(false)
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .configureHelp({ helpWidth: HELP_COLUMNS, optionTerm: (option) => termOf(program, option) })

    this.#addInstead('-h, --help', 'show this help', 'help')
    this.#addInstead('-V, --version', 'show the version', 'version')
    this.#addInstead(
      '--config',
      'show the configuration as it would be used, as a file, with where each value comes from',
      'config',
    )
    if (program.stats !== undefined) {
      this.#addInstead('--stats', 'list every metric with its kind, unit and meaning', 'stats')
    }
    for (const setting of program.settings) this.#addSetting(setting)
    for (const { habits } of program.sections.values()) {
      for (const habit of habits) {
        this.#addHabit(habit, habit.flag)
        if (habit.long !== undefined) this.#addHabit(habit, habit.long)
      }
    }
  }

  /** Read the flags into `layer`; gives what is left. */
  read(argv: readonly string[]): string[] {
    try {
      const { operands, unknown } = this.#command.parseOptions([...argv])
      for (const flag of unknown.filter((argument) => argument.startsWith('-'))) {
        this.layer.problems.push(this.#unknown(flag))
      }
      if (operands.length > 1) {
        this.layer.problems.push(`one configuration file is read at most: ${operands.join(' ')}`)
      }
      return operands
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error
      // The one thing that parseOptions itself objects to.
      this.layer.problems.push(
        error.message.replace(/^error: option '(.*)' .*$/, 'flag $1 needs a value'),
      )
      return []
    }
  }

  help(): string {
    const examples = this.#program.examples.map((example) => `  ${example}\n`)
    return `${this.#command.helpInformation()}
Every setting is also a key of a TOML file and an environment variable: --server-port is port in
[server], and PELIKAN_SERVER_PORT. A flag counts before a variable, a variable before the file.
memcached's long flags, such as --port for -p, are known, too.
${examples.length === 0 ? '' : '\nExamples:\n'}${examples.join('')}`
  }

  #addInstead(flags: string, description: string, instead: Instead): void {
    this.#add(flags, description, 'General:', () => (this.instead ??= instead))
  }

  #addSetting(setting: Setting): void {
    const { flag, meta } = setting
    const { short, shorthand } = meta
    const title = `${this.#program.sections.get(setting.section)?.title} [${setting.section}]:`

    this.#add(`${flag} <${meta.argument}>`, describe(setting), title, (text) =>
      this.layer.give(setting, text, `flag ${flag}`),
    )
    // Flags of their own, so that an origin names the one that was typed; the help has both in one line.
    for (const name of namesOf(short)) {
      this.#add(`${name} <${meta.argument}>`, '', title, (text) =>
        this.layer.give(setting, text, `flag ${name}`),
      ).hideHelp()
    }
    if (shorthand === undefined) return
    let times = 0
    const argument = shorthand.argument === undefined ? '' : ` <${shorthand.argument}>`
    for (const name of namesOf(shorthand.flag)) {
      this.#add(`${name}${argument}`, shorthand.description, title, (text) =>
        this.layer.give(setting, shorthand.value(text, ++times), `flag ${name}`),
      ).hideHelp(name !== shorthand.flag)
    }
  }

  #addHabit(habit: Habit, flag: string): void {
    // A program may have given the flag a meaning.
    if (this.#flags.includes(flag)) return
    this.#habits.push(flag)
    const argument = habit.argument === undefined ? '' : ` <${habit.argument}>`
    const title = 'For scripts that start memcached:'
    const option = this.#add(`${flag}${argument}`, habit.description ?? '', title, (text) => {
      const { refuse, sets, warn } = habit.judge(text, flag) ?? {}
      if (refuse !== undefined) this.layer.problems.push(`flag ${flag}: ${refuse}`)
      if (warn !== undefined) this.layer.warnings.push(`flag ${flag} ${warn}`)
      for (const setting of this.#program.settings) {
        if (sets?.has(setting.path) !== true) continue
        this.layer.give(setting, sets.get(setting.path), `flag ${flag}`)
      }
    })
    option.hideHelp(habit.description === undefined || flag === habit.long)
  }

  #add(flags: string, description: string, title: string, given: (text: string) => void): Option {
    const option = new Option(flags, description).helpGroup(title)
    this.#command.addOption(option)
    this.#command.on(`option:${option.name()}`, (text: string | null) => {
      // Behind a long flag, an equals sign is none of the value.
      if (option.long === undefined && text?.startsWith('=') === true) {
        const value = text.slice(1) || option.flags.replace(/^\S+ /, '')
        this.layer.problems.push(`flag ${option.short}${text}: write ${option.short} ${value}`)
      } else given(text ?? '')
    })
    this.#flags.push(...[option.short, option.long].filter((name) => name !== undefined))
    return option
  }

  #unknown(argument: string): string {
    const name = argument.replace(/^(--[^=]+)=.*/s, '$1')
    if (this.#flags.includes(name)) return `flag ${name} takes no value`
    const candidates = this.#flags.filter((flag) => !this.#habits.includes(flag))
    const meant = didYouMeanFlag(this.#program, name, candidates)
    return `unknown flag ${name}${meant || '; --help lists all'}`
  }
}

function describe({ meta, default: value }: Setting): string {
  const given = value ?? meta.defaultRule
  const standard = given === undefined ? 'none by default' : `default ${given}`
  const example = meta.example === String(value) ? '' : `; for example ${meta.example}`
  return `${meta.description} (${standard}${example})`
}

/** A flag of memcached, short and long. */
function namesOf(short: string | undefined): readonly string[] {
  if (short === undefined) return []
  const long = longFlags.get(short)
  return long === undefined ? [short] : [short, long]
}

/** The flags of a line of the help: memcached's short one first. */
function termOf(program: Program, option: Option): string {
  const setting = program.settings.find((known) => known.flag === option.long)
  if (setting?.meta.short !== undefined) return `${setting.meta.short}, ${option.flags}`
  return option.short === undefined ? ' '.repeat(SHORT_FLAG_COLUMNS) + option.flags : option.flags
}
