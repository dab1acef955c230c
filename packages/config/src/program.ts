/**
 * A program is a name and a choice of sections. What its configuration looks like, and what its flags,
 * variables and help are, follows from the sections.
 *
 * @module
 */
import * as z from 'zod'
import type { Finding, Section, SectionConfig } from './section.ts'
import { nameSetting, type Setting } from './setting.ts'
import { commonSections } from './sections/no-effect.ts'

export type Sections = Readonly<Record<string, Section>>

/** The configuration of a program with these sections. */
export type ConfigOfSections<S extends Sections> = {
  readonly [Name in keyof S]: SectionConfig<S[Name]['settings']>
}

export interface ProgramDefinition<S extends Sections> {
  /** As one types it. */
  readonly name: string
  readonly version: string
  /** A sentence or two for the head of the help. */
  readonly description: string
  /** Command lines for the foot of the help. */
  readonly examples?: readonly string[]
  /** What `--stats` prints: every metric of the program. Without it there is no such flag. */
  readonly stats?: () => string
  /** By their names in a file. */
  readonly sections: S
  /** Look at settings of several sections, or at what this program in particular cannot do. */
  readonly check?: (config: ConfigOfSections<S>) => readonly Finding[]
}

export interface Program<Config = unknown> {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly examples: readonly string[]
  readonly stats: (() => string) | undefined
  /** The program's own sections and those that every program knows. */
  readonly sections: ReadonlyMap<string, Section>
  /** In the order of their sections. */
  readonly settings: readonly Setting[]
  /**
   * Check values that are right each by itself, by section and property and as a file would have them.
   * Keys of findings are section and key with a dot.
   */
  readonly read: (written: unknown) => { config: Config; findings: readonly Finding[] }
}

/** The type of a program's configuration. */
export type ConfigOf<P> = P extends Program<infer Config> ? Config : never

export function defineProgram<const S extends Sections>(
  definition: ProgramDefinition<S>,
): Program<ConfigOfSections<S>> {
  const own = Object.entries<Section>(definition.sections)
  const schema = z
    .strictObject(Object.fromEntries(own.map(([name, section]) => [name, section.schema])))
    .readonly()
  return {
    name: definition.name,
    version: definition.version,
    description: definition.description,
    examples: definition.examples ?? [],
    stats: definition.stats,
    sections: new Map(Object.entries({ ...commonSections(), ...definition.sections })),
    settings: own.flatMap(([name, { settings }]) =>
      Object.entries(settings).map(([property, kind]) => nameSetting(name, property, kind)),
    ),
    read: (written) => {
      // The schemas are those of the sections, so this is what they give; zod cannot be told. It is used
      // once: compiling it first, as zod does otherwise, takes longer than the parsing.
      const config = schema.parse(written, { jitless: true }) as ConfigOfSections<S>
      const findings = own.flatMap(([name, section]) =>
        section
          .check(config[name])
          .map((finding) => ({ ...finding, key: `${name}.${finding.key}` })),
      )
      return { config, findings: [...findings, ...(definition.check?.(config) ?? [])] }
    },
  }
}
