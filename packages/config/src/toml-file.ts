/**
 * The file of a start. Every key in it is known, or known to have no effect, or a problem: nothing in it
 * is passed over in silence.
 *
 * @module
 */
import { parse, TomlError } from 'smol-toml'
import { didYouMean, didYouMeanKey } from './did-you-mean.ts'
import { Layer, shown } from './layer.ts'
import type { Program } from './program.ts'
import { reasonForNoEffect, type Section } from './section.ts'
import { inertRootKeys } from './sections/no-effect.ts'
import { findKeyLines } from './toml-lines.ts'

/** Windows writes it at the start of a file of UTF-8, where it means nothing. */
const BYTE_ORDER_MARK = /^\uFEFF/

/**
 * Read the text of a file.
 *
 * @param path for messages only
 */
export function readTomlFile(program: Program, path: string, text: string): Layer {
  const layer = new Layer()
  const toml = text.replace(BYTE_ORDER_MARK, '')
  try {
    const document = parse(toml)
    new FileReader(program, layer, path, findKeyLines(toml)).read(document)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    layer.problems.push(syntaxProblem(path, error))
  }
  return layer
}

class FileReader {
  readonly #program: Program
  readonly #layer: Layer
  readonly #path: string
  readonly #lineOf: (path: readonly string[]) => number

  constructor(
    program: Program,
    layer: Layer,
    path: string,
    lineOf: (path: readonly string[]) => number,
  ) {
    this.#program = program
    this.#layer = layer
    this.#path = path
    this.#lineOf = lineOf
  }

  read(document: object): void {
    const inert = new KeysByReason()
    for (const [name, value] of Object.entries(document)) {
      const line = this.#lineOf([name])
      const section = this.#program.sections.get(name)
      const reason = inertRootKeys.get(name)
      if (reason !== undefined) inert.add(reason, name, line)
      else if (section === undefined) this.#problem(line, this.#unknownName(name, value))
      else if (isTable(value)) this.#readSection(name, section, value)
      else this.#problem(line, `${name} = ${shown(value)}: must be a section, [${name}]`)
    }
    this.#warn('', inert)
  }

  #readSection(name: string, section: Section, table: object): void {
    const keys = Object.keys(table)
    if (section.refusedBecause !== undefined) {
      const line = this.#lineOf([name, ...keys.slice(0, 1)])
      if (keys.length > 0) {
        this.#problem(line, `[${name}] ${keys.join(', ')}: ${section.refusedBecause}`)
      }
      return
    }
    const inert = new KeysByReason()
    for (const [key, value] of Object.entries(table)) {
      const line = this.#lineOf([name, key])
      const setting = this.#program.settings.find((known) => known.path === `${name}.${key}`)
      const reason = reasonForNoEffect(section, key)
      if (setting !== undefined) this.#layer.give(setting, value, `${this.#path}:${line}`)
      else if (reason !== undefined) inert.add(reason, key, line)
      else
        this.#problem(line, `unknown key ${name}.${key}${didYouMeanKey(this.#program, name, key)}`)
    }
    this.#warn(`[${name}] `, inert)
  }

  #unknownName(name: string, value: unknown): string {
    if (!isTable(value))
      return `unknown key ${name}${didYouMeanKey(this.#program, undefined, name)}`
    const sections = [...this.#program.sections.keys()].map((section) => `[${section}]`)
    return `unknown section [${name}]${didYouMean(`[${name}]`, sections)}`
  }

  #problem(line: number, text: string): void {
    this.#layer.problems.push(`${this.#path}:${line}: ${text}`)
  }

  #warn(section: string, inert: KeysByReason): void {
    for (const [reason, keys] of inert.all) {
      const verb = keys.length === 1 ? 'has' : 'have'
      const text = `${section}${keys.join(', ')} ${verb} no effect: ${reason}`
      this.#layer.warnings.push(`${this.#path}: ${text}`)
    }
  }
}

/** Keys without effect, each with its line, gathered for one warning per reason. */
class KeysByReason {
  readonly all: Map<string, string[]> = new Map()

  add(reason: string, key: string, line: number): void {
    const keys = this.all.get(reason) ?? []
    keys.push(`${key} (line ${line})`)
    this.all.set(reason, keys)
  }
}

/** What the parser has to say, with the lines around the place. */
function syntaxProblem(path: string, error: TomlError): string {
  const [summary = ''] = error.message.replace('Invalid TOML document: ', '').split('\n')
  const place = `${path}:${error.line}:${error.column}`
  return `${place}: this is not TOML: ${summary}\n\n${error.codeblock.trimEnd()}`
}

function isTable(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  )
}
