/**
 * The way from a command line to a configuration. Nothing here prints or exits: what a program has to
 * print, and with which code it has to end, is part of the answer.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { formatConfig } from './effective-config.ts'
import { readEnvironment, type Environment } from './environment.ts'
import { ConfigError } from './errors.ts'
import { helpOf, readFlags, type CommandLine } from './flags.ts'
import { Layer } from './layer.ts'
import type { Program } from './program.ts'
import { resolve, type Resolved } from './resolve.ts'
import { readTomlFile } from './toml-file.ts'
import { whyUnreadable } from './why-unreadable.ts'

export interface Sources {
  /** What follows the name of the program. */
  readonly argv: readonly string[]
  readonly env: Environment
  /** As `readFileSync` of Node.js, which it is unless given. */
  readonly readFile?: (path: string) => string
}

/** Start, with this configuration. */
export interface Run<Config> extends Resolved<Config> {
  readonly kind: 'run'
}

/** Print what is given, and end with this code. */
export interface Exit {
  readonly kind: 'exit'
  readonly code: number
  readonly stdout?: string
  readonly stderr?: string
}

/** Read the command line, the environment, and the file that the command line names. */
export function loadConfig<Config>(program: Program<Config>, sources: Sources): Run<Config> | Exit {
  try {
    const commandLine = readFlags(program, sources.argv)
    if (commandLine.instead === 'help') {
      return { kind: 'exit', code: 0, stdout: helpOf(program) }
    }
    if (commandLine.instead === 'version') {
      return { kind: 'exit', code: 0, stdout: `${program.name} ${program.version}\n` }
    }
    if (commandLine.instead === 'stats') {
      return { kind: 'exit', code: 0, stdout: program.stats?.() ?? '' }
    }
    const resolved = resolve(program, readLayers(program, sources, commandLine))
    if (commandLine.instead === 'config') {
      const stderr = resolved.warnings.map((warning) => `${program.name}: ${warning}\n`).join('')
      return { kind: 'exit', code: 0, stdout: formatConfig(program, resolved), stderr }
    }
    return { kind: 'run', ...resolved }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { kind: 'exit', code: 1, stderr: `${program.name}: ${error.message}\n` }
  }
}

/** In the order in which they override each other. */
function readLayers(program: Program, sources: Sources, commandLine: CommandLine): Layer[] {
  const { file, layer } = commandLine
  const environment = readEnvironment(program, sources.env)
  return file === undefined
    ? [environment, layer]
    : [readFileLayer(program, file, sources.readFile ?? readUtf8), environment, layer]
}

function readFileLayer(program: Program, path: string, readFile: (path: string) => string): Layer {
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    const layer = new Layer()
    layer.problems.push(`cannot read ${JSON.stringify(path)}: ${whyUnreadable(error)}`)
    return layer
  }
  return readTomlFile(program, path, text)
}

function readUtf8(path: string): string {
  return readFileSync(path, 'utf8')
}
