/**
 * Layers to configuration: defaults, then the file, then the environment, then the flags. What is wrong
 * in a layer is said even where a later one overrides it, and everything that is wrong is said at once.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { ConfigError } from './errors.ts'
import { shown, type Given, type Layer } from './layer.ts'
import type { Program } from './program.ts'
import type { Setting } from './setting.ts'

/** Origin of a value that nobody gave. */
const DEFAULT_ORIGIN = 'default'

export interface Resolved<Config> {
  /** Frozen plain data: it can be sent to a worker thread. */
  readonly config: Config
  /** Where each value came from, by section and key with a dot. */
  readonly origins: Readonly<Record<string, string>>
  /** What the operator gave and what has no effect, a sentence each. */
  readonly warnings: readonly string[]
}

/**
 * Lay the layers over each other, the last one on top.
 *
 * @throws ConfigError with all problems of all layers
 */
export function resolve<Config>(
  program: Program<Config>,
  layers: readonly Layer[],
): Resolved<Config> {
  const problems = layers.flatMap((layer) => layer.problems)
  if (problems.length > 0) throw new ConfigError(problems)

  const winners = new Map(layers.flatMap((layer) => [...layer.given]))
  const { config, findings } = program.read(written(program, winners))
  const warnings = layers.flatMap((layer) => layer.warnings)
  for (const finding of findings) {
    const setting = program.settings.find((known) => known.path === finding.key)
    if (setting === undefined) throw new TypeError(`${finding.key} is no setting`)
    const winner = winners.get(setting.path)
    if (finding.problem !== undefined) {
      problems.push(sentence(setting, winner, `: ${finding.problem}`))
    } else if (finding.warning !== undefined && winner !== undefined && !isDefault(winner)) {
      warnings.push(sentence(setting, winner, ` ${finding.warning}`))
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)

  const origins = program.settings.map(({ path }) => [
    path,
    winners.get(path)?.origin ?? DEFAULT_ORIGIN,
  ])
  return { config, origins: Object.freeze(Object.fromEntries(origins)), warnings }
}

/** Whether a value changes nothing: `--config` prints such ones, and its output loads without a warning. */
function isDefault({ setting, value }: Given): boolean {
  return isDeepStrictEqual(setting.schema.parse(value), setting.schema.parse(undefined))
}

function sentence(setting: Setting, given: Given | undefined, rest: string): string {
  if (given === undefined) return `${setting.path} = ${shown(setting.default)}, the default${rest}`
  return `${given.origin}: ${setting.path} = ${shown(given.value)}${rest}`
}

/** The values as one file would have them, by the names that the schema knows. */
function written(
  program: Program,
  winners: ReadonlyMap<string, Given>,
): Record<string, Record<string, unknown>> {
  const sections: Record<string, Record<string, unknown>> = {}
  for (const { section, property, path } of program.settings) {
    const table = (sections[section] ??= {})
    // Set even where it is undefined, so that every configuration of a program has the same shape.
    table[property] = winners.get(path)?.value
  }
  return sections
}
