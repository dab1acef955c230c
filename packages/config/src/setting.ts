/**
 * A setting is declared once, in the schema of its section, and everything else follows from there:
 * type and default, the key in a file, the flag, the environment variable, the line of the help
 * and the line of the effective configuration.
 *
 * ```text
 *   property    itemSizeMaxBytes         in section hashmap; the unit is part of the name
 *   key         item_size_max            [hashmap] in a TOML file
 *   flag        --hashmap-item-size-max  and -I, which memcached has
 *   variable    PELIKAN_HASHMAP_ITEM_SIZE_MAX
 * ```
 *
 * @module
 */
import * as z from 'zod'
import type { Kind } from './kinds/kind.ts'

/** What is known of a setting beside its values. */
export interface SettingMeta {
  /** A few words for the help, without the default. */
  readonly description: string
  /** What stands for the value in the help, such as `size`. */
  readonly argument: string
  /** A value that somebody might well want, as a flag takes it. */
  readonly example: string
  /** memcached's flag with the same meaning and the same values, such as `-p`. */
  readonly short?: string
  /** memcached's flag with a meaning of its own. */
  readonly shorthand?: Shorthand
  /** Whether several flags add up, where otherwise the last one counts. */
  readonly repeatable?: boolean
  /** Whether the value is nobody's business: it is shown as `***` to those who ask a running server. */
  readonly secret?: boolean
  /** What a default that depends on the machine is, in words. */
  readonly defaultRule?: string
}

/** A flag of memcached that stands for a value of a setting. */
export interface Shorthand {
  readonly flag: string
  /** What stands for its value in the help; absent where the flag takes none. */
  readonly argument?: string
  readonly description: string
  /** The value that the setting gets, from the flag's own value and from how often the flag was given so far. */
  readonly value: (text: string, times: number) => unknown
}

/** What a default may be, so that the help and errors can show it. */
export type SettingDefault = string | number | boolean

const declarations = z.registry<SettingMeta & { readonly default?: SettingDefault }>()

/** Declare a setting that always has a value. The default is written as a file would have it. */
export function setting<Schema extends z.ZodType>(
  kind: Schema,
  meta: SettingMeta & { readonly default: z.input<Schema> & SettingDefault },
): z.ZodPrefault<Schema> {
  const schema = z.prefault(kind, meta.default)
  declarations.add(schema, meta)
  return schema
}

/** Declare a setting that may be absent. */
export function optionalSetting<Schema extends z.ZodType>(
  kind: Schema,
  meta: SettingMeta,
): z.ZodOptional<Schema> {
  const schema = z.optional(kind)
  declarations.add(schema, meta)
  return schema
}

/**
 * Declare a number that depends on the machine where it is not given.
 *
 * @param otherwise called for each configuration that lacks it
 */
export function dependentSetting<Written>(
  kind: Kind<Written, number>,
  otherwise: () => number,
  meta: SettingMeta & { readonly defaultRule: string },
): z.ZodDefault<Kind<Written, number>> {
  const schema = kind.default(otherwise)
  declarations.add(schema, meta)
  return schema
}

/** A setting of a program, under all its names. */
export interface Setting {
  readonly section: string
  /** Its name in the configuration object. */
  readonly property: string
  /** Its name in a section of a file. */
  readonly key: string
  /** Section and key with a dot, as errors name it. */
  readonly path: string
  readonly flag: string
  readonly variable: string
  readonly meta: SettingMeta
  /** As a file would have it; `undefined` where there is none. */
  readonly default: SettingDefault | undefined
  readonly schema: z.ZodType
}

/** Name the setting that `section` declares as `property`. */
export function nameSetting(section: string, property: string, schema: z.ZodType): Setting {
  const meta = declarations.get(schema)
  if (meta === undefined) throw new TypeError(`${section}.${property} is not declared as a setting`)
  const key = property
    .replace(/(Bytes|Ms)$/, '')
    .replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)
  return {
    section,
    property,
    key,
    path: `${section}.${key}`,
    flag: `--${section}-${key}`.replaceAll('_', '-'),
    variable: variableName(section, key),
    meta,
    default: meta.default,
    schema,
  }
}

/** What all environment variables of this package start with. */
export const VARIABLE_PREFIX = 'PELIKAN_'

/** The environment variable for a key, which may be one that has no setting. */
export function variableName(section: string, key: string): string {
  return `${VARIABLE_PREFIX}${section}_${key}`.toUpperCase()
}
