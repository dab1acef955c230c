/**
 * The effective configuration as a TOML file that says where each value came from, and that loads back
 * as the same configuration.
 *
 * @module
 */
import { stringify } from 'smol-toml'
import * as z from 'zod'
import type { Program } from './program.ts'
import type { Resolved } from './resolve.ts'
import type { Setting } from './setting.ts'

/** Whether secret settings are shown; masked, what is printed does not load back. */
export type Secrets = 'shown' | 'masked'

export function formatConfig<Config>(
  program: Program<Config>,
  { config, origins }: Pick<Resolved<Config>, 'config' | 'origins'>,
  secrets: Secrets = 'shown',
): string {
  const values = config as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const sections = Map.groupBy(program.settings, (setting) => setting.section)
  const tables = [...sections].map(([section, settings]) => {
    const lines = settings.map((setting) =>
      formatSetting(setting, values[section]?.[setting.property], secrets),
    )
    const width = Math.max(...lines.map((line) => line.length))
    const commented = lines.map((line, i) => {
      const origin = settings[i] === undefined ? '' : origins[settings[i].path]
      return `${line.padEnd(width)}  # ${printable(origin ?? '')}\n`
    })
    return `\n[${section}]\n${commented.join('')}`
  })
  return `# ${program.name} ${program.version}: its configuration, and where each value comes from.\n${tables.join('')}`
}

function formatSetting(setting: Setting, value: unknown, secrets: Secrets): string {
  if (value === undefined) return `# ${setting.key} is not set`
  if (setting.meta.secret === true && secrets === 'masked') return `${setting.key} = "***"`
  return stringify({ [setting.key]: z.encode(setting.schema, value) }).trimEnd()
}

/** A comment ends at the end of its line, and the name of a file may hold anything. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?')
}
