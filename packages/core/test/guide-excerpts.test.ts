/** The code in the guides that have an example is in its sources, line for line. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../../', import.meta.url)
const EXCERPT = /^```ts\n([\s\S]*?)^```$/gm

const GUIDES = {
  'docs/guide/write-a-protocol.md': ['examples/custom-protocol', 'packages/testkit'],
  'docs/guide/write-a-storage.md': ['examples/custom-storage'],
  'docs/guide/embed.md': ['examples/embedded-cache'],
}

describe.each(Object.entries(GUIDES))('%s', (guide, folders) => {
  const sources = folders
    .flatMap((folder) => globSync(`${folder}/src/**/*.ts`, { cwd: ROOT }))
    .map((file) => plain(read(file)))
  const excerpts = [...read(guide).matchAll(EXCERPT)].map(([, code = '']) => code)

  it('has excerpts', () => {
    expect(excerpts.length).toBeGreaterThan(5)
  })

  it.each(excerpts)('%s', (code) => {
    expect(sources.some((source) => source.includes(plain(code)))).toBe(true)
  })
})

function read(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8')
}

/** Lines without their indentation, and without the star of a comment that an example stands in. */
function plain(code: string): string {
  return code.replaceAll(/^[ ]*(?:\* )?[ ]*/gm, '')
}
