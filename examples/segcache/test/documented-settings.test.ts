/** The sample files and the table in docs/guide/configure.md say what the declarations say. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Program, type Setting, loadConfig } from '@pelikan/config'
import { describe, expect, it } from 'vitest'
const GUIDE = new URL('../../../docs/guide/configure.md', import.meta.url)

const PROGRAMS = ['segcache', 'twemcache'] as const
type ProgramName = (typeof PROGRAMS)[number]

/** By its URL: the compiler does not let a test import the source of a project that it does not build. */
async function programOf(name: ProgramName): Promise<Program> {
  const { href } = new URL(`../../${name}/src/config.ts`, import.meta.url)
  const { program } = (await import(href)) as { program: Program }
  return program
}

describe.each(PROGRAMS)('%s', (name) => {
  const file = fileURLToPath(new URL(`../../${name}/config/${name}.toml`, import.meta.url))

  it('the sample file loads as the defaults, without a warning', async () => {
    const program = await programOf(name)
    const sample = loadConfig(program, { argv: [file], env: {} })
    const defaults = loadConfig(program, { argv: [], env: {} })
    if (sample.kind !== 'run' || defaults.kind !== 'run') throw new Error('it does not load')
    expect(sample.config).toEqual(defaults.config)
    expect(sample.warnings).toEqual([])
  })

  it('the sample file has every key, those that are not set in a comment', async () => {
    const program = await programOf(name)
    const keys: string[] = []
    let section = ''
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section
      const key = /^(?:# )?(\w+) = /.exec(line)?.[1]
      if (key !== undefined) keys.push(`${section}.${key}`)
    }
    expect(keys).toEqual(program.settings.map(({ path }) => path))
  })
})

describe('the table of the guide', async () => {
  const program = await programOf('segcache')
  const guide = readFileSync(GUIDE, 'utf8')

  it('has every setting, with its default and its flags', () => {
    const rows = guide.split('\n').filter((line) => /^\| `\w+\.\w+` +\|.*\| `--/.test(line))
    const firstCells = rows.map((row) =>
      row
        .split('|', 5)
        .slice(1)
        .map((cell) => cell.trim()),
    )
    expect(firstCells).toEqual(program.settings.map(cells))
  })
})

/** The cells of a setting before its meaning. */
function cells({ default: value, flag, meta, path }: Setting): string[] {
  const { defaultRule, short, shorthand } = meta
  const argument = shorthand?.argument === undefined ? '' : ` ${shorthand.argument.toUpperCase()}`
  const memcached = short ?? (shorthand === undefined ? undefined : shorthand.flag + argument)
  return [
    code(path),
    value === undefined ? (defaultRule ?? 'not set') : code(value),
    code(flag),
    memcached === undefined ? '' : code(memcached),
  ]
}

function code(text: string | number | boolean): string {
  return `\`${text}\``
}
