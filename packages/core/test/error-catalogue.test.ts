/** The codes in the sources and the catalogue in docs/guide/errors.md are the same. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const CODE = /'(PELIKAN_[A-Z_]*[A-Z])'/g
/** A row of the table: the code is its first cell. */
const ROW = /^\| `(PELIKAN_[A-Z_]+)` +\|/gm

const sources = globSync('packages/*/src/**/*.ts', { cwd: ROOT })
  .map((file) => readFileSync(new URL(file, ROOT), 'utf8'))
  .join('\n')
const used = [...sources.matchAll(CODE)].map(([, code = '']) => code)
const catalogue = readFileSync(new URL('docs/guide/errors.md', ROOT), 'utf8')
const documented = [...catalogue.matchAll(ROW)].map(([, code = '']) => code)

describe('the catalogue of errors', () => {
  it('has every code once', () => {
    expect(documented.length).toBeGreaterThan(0)
    expect(documented.toSorted()).toEqual([...new Set(documented)].toSorted())
  })

  it('has every code of the sources', () => {
    expect([...new Set(used)].filter((code) => !documented.includes(code))).toEqual([])
  })

  it('has no code that the sources have not', () => {
    expect(documented.filter((code) => !used.includes(code))).toEqual([])
  })

  it('has no code that is declared and never thrown', () => {
    const times = Map.groupBy(used, (code) => code)
    expect(documented.filter((code) => (times.get(code)?.length ?? 0) < 2)).toEqual([])
  })
})
