/**
 * A section of the configuration: its settings, and the words that it knows but does nothing with. A
 * configuration of the original has many of those, and a word without effect is always said to
 * be one.
 *
 * @module
 */
import * as z from 'zod'

/** The schemas of a section by property, each made by `setting` or `optionalSetting`. */
export type Settings = Readonly<Record<string, z.ZodType>>

/** What a section's settings are once read. */
export type SectionConfig<S extends Settings> = {
  readonly [Property in keyof S]: z.output<S[Property]>
}

/** What is wrong, or of no effect, about one setting in the light of others. */
export interface Finding {
  /** The key in its section, or section and key with a dot. */
  readonly key: string
  /** Ends the sentence that begins with the key and its value: `must be …`. The start is refused. */
  readonly problem?: string
  /** Ends the same sentence: `has no effect …`. Said only where the operator gave a value other than the default. */
  readonly warning?: string
}

/** A flag of memcached that sets nothing here, taken for the sake of scripts that have it. */
export interface Habit {
  readonly flag: string
  /** The long flag that is the same to memcached. */
  readonly long?: string
  /** What stands for its value in the help; absent where the flag takes none. */
  readonly argument?: string
  /** For the help; absent where the flag is always refused. */
  readonly description?: string
  /** What comes of the flag's value, and of the flag as it was typed; `undefined` where all is well. */
  readonly judge: (text: string, flag: string) => Verdict | undefined
}

/** What comes of a flag that is no setting's own. */
export interface Verdict {
  /** Ends the sentence that begins with the flag and a colon. The start is refused. */
  readonly refuse?: string
  /** Ends the sentence that begins with the flag: `has no effect …`. */
  readonly warn?: string
  /** The settings that it stands for, by their paths, with values as a file has them. */
  readonly sets?: ReadonlyMap<string, unknown>
}

export interface SectionDefinition<S extends Settings = Settings> {
  /** Heading of the section in the help. */
  readonly title: string
  readonly settings: S
  /** Keys that are accepted and have no effect, with the reason. */
  readonly inert?: Readonly<Record<string, string>>
  /** Set where every other key is accepted without effect, too: the reason. */
  readonly inertBecause?: string
  /** Set where no key at all is accepted: the reason. */
  readonly refusedBecause?: string
  readonly habits?: readonly Habit[]
  /** Look at settings together. Called with values that are right each by itself. */
  readonly check?: (config: SectionConfig<S>) => readonly Finding[]
}

/** A section, ready to be part of a program. */
export interface Section<S extends Settings = Settings> {
  readonly title: string
  readonly settings: S
  readonly schema: z.ZodType
  readonly inert: ReadonlyMap<string, string>
  readonly inertBecause: string | undefined
  readonly refusedBecause: string | undefined
  readonly habits: readonly Habit[]
  /** Takes what `schema` gives; typed loosely so that sections fit into one list. */
  readonly check: (config: unknown) => readonly Finding[]
}

export function section<S extends Settings>(definition: SectionDefinition<S>): Section<S> {
  return {
    title: definition.title,
    settings: definition.settings,
    schema: z.strictObject(definition.settings).readonly(),
    inert: new Map(Object.entries(definition.inert ?? {})),
    inertBecause: definition.inertBecause,
    refusedBecause: definition.refusedBecause,
    habits: definition.habits ?? [],
    check: (config) => definition.check?.(config as SectionConfig<S>) ?? [],
  }
}

/** A section of which no key has an effect. */
export function inertSection(because: string, keys: readonly string[]): Section<{}> {
  return section({
    title: '',
    settings: {},
    inert: Object.fromEntries(keys.map((key) => [key, because])),
  })
}

/** Why a key of a section has no effect; `undefined` for a key that has one, or that does not exist. */
export function reasonForNoEffect(known: Section, key: string): string | undefined {
  return known.inert.get(key) ?? known.inertBecause
}
