import { stringify } from 'smol-toml'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findKeyLines } from '@pelikan/config'

describe('lines of keys', () => {
  it.each<[name: string, toml: string, path: string[], line: number]>([
    ['first', 'a = 1', ['a'], 1],
    ['after comments', '# a = 0\n\n  a = 1 # b = 2\nb = 3', ['b'], 4],
    ['in a table', '[t]\na = 1\n[u]\na = 2', ['u', 'a'], 4],
    ['of a table', 'x = 1\n[t]\na = 1', ['t'], 2],
    ['of a table of tables', '[t.u]\na = 1', ['t'], 1],
    ['in a table of tables', '[t.u]\na = 1\n[t]\nb = 2', ['t', 'b'], 4],
    ['with dots', 'x = 1\nt.a = 1\nt.b = 2', ['t', 'b'], 3],
    ['with blanks around dots', '[ t . u ]\na . b = 1', ['t', 'u', 'a', 'b'], 2],
    ['in quotes', '[t]\n"a b" = 1\n\'c.d\' = 2', ['t', 'c.d'], 3],
    ['with escapes', 'x = 1\n"\\u0061\\"]" = 2', ['a"]'], 2],
    ['in a quoted table', '["t.u"]\na = 1', ['t.u', 'a'], 2],
    ['in an inline table', 't = { a = 1, b.c = 2 }\nu = 1', ['t', 'b', 'c'], 1],
    ['after an inline table', 't = { a = "}" }\nu = 1', ['u'], 2],
    ['in a list of inline tables', 't = [\n { a = 1 },\n { b = 2 },\n]', ['t', 'b'], 3],
    ['after a list', 'a = [ 1, # ]\n "]", [2],\n]\nb = 1', ['b'], 4],
    ['after a string with a hash', 'a = "# [x]"\nb = 1', ['b'], 2],
    ['after an escaped quote', 'a = "\\"\\\\"\nb = 1', ['b'], 2],
    ['after a long string', 'a = """\nb = 1\n\\"""\n"""""\nb = 2', ['b'], 5],
    ['after a long literal', "a = '''\nb = 1\n''''\nb = 2", ['b'], 4],
    ['after a date with a blank', 'a = 1979-05-27 07:32:00\nb = 1', ['b'], 2],
    ['of the first of several tables', '[[t]]\na = 1\n[[t]]\na = 2', ['t', 'a'], 2],
    ['with Windows line ends', '[t]\r\na = 1\r\n# c\r\nb = 2\r\n', ['t', 'b'], 4],
    ['that is missing: its table', '\n[t]\na = 1', ['t', 'x', 'y'], 2],
    ['that is missing with its table', 'a = 1', ['x'], 1],
  ])('%s', (_, toml, path, line) => {
    expect(findKeyLines(toml)(path)).toBe(line)
  })

  it('are where a printer of TOML puts them', () => {
    const text = fc.string({ unit: 'binary', maxLength: 8 })
    const key = text.filter((name) => name !== '__proto__')
    const scalar = fc.oneof(
      text,
      fc.integer(),
      fc.boolean(),
      fc.array(fc.oneof(text, fc.integer())),
    )
    const tables = fc.dictionary(key, fc.dictionary(key, scalar, { minKeys: 1 }), { minKeys: 1 })
    fc.assert(
      fc.property(tables, (document) => {
        const toml = stringify(document)
        const lines = toml.split('\n')
        const lineOf = findKeyLines(toml)
        for (const [name, table] of Object.entries(document)) {
          for (const [property, value] of Object.entries(table)) {
            const line = lines[lineOf([name, property]) - 1]
            expect(line).toBe(stringify({ [property]: value }).split('\n')[0])
          }
        }
      }),
    )
  })
})
