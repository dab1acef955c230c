/**
 * One source of settings, read: the file, the environment or the flags. The layers of a start are laid
 * over each other, and every value remembers where it came from.
 *
 * @module
 */
import type { Setting } from './setting.ts'

const SHOWN_LENGTH = 60

/** A value that the operator gave. */
export interface Given {
  readonly setting: Setting
  /** As it was written. */
  readonly value: unknown
  /** Such as `config/twemcache.toml:12`, `environment PELIKAN_SERVER_PORT` or `flag -p`. */
  readonly origin: string
}

export class Layer {
  /** The last value of each setting, by its path. */
  readonly given: Map<string, Given> = new Map()
  /** What is wrong, a sentence each: the program does not start. */
  readonly problems: string[] = []
  /** What has no effect, a sentence each. */
  readonly warnings: string[] = []

  /** Take a value, or note what is wrong with it. */
  give(setting: Setting, value: unknown, origin: string): void {
    const issue = setting.schema.safeParse(value).error?.issues[0]
    if (issue !== undefined) {
      this.problems.push(`${origin}: ${setting.path} = ${shown(value)}: ${issue.message}`)
    }
    const earlier = setting.meta.repeatable === true ? this.given.get(setting.path) : undefined
    const all = earlier === undefined ? value : [earlier.value, value].flat()
    this.given.set(setting.path, { setting, value: all, origin })
  }
}

/** A value as an error shows it: as JSON, shortened. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}...`
}
