/**
 * The repository stands alone: no file of it names a registry's host or a path of the machine that it was
 * written on. Both work where they were written and nowhere else.
 *
 *   node scripts/check-standalone.ts
 *
 * @module
 */
import { globSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const NOT_OURS = [
  '.git',
  '**/node_modules',
  '**/dist',
  'docs/reference',
  'coverage',
  '**/*.{tgz,cpuprofile}',
]
const REFUSED: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bregistry\.[a-z0-9-]+\.[a-z]+|\/\/[a-z0-9.:-]+\/[^\s'"]*\.tgz\b/i, 'the host of a registry'],
  [/(?<![\w.])\/(work|root|home|Users)\/\w/, 'a path of one machine'],
  [/\bshared\/(design|reference|tools)\b/, 'a folder outside the repository'],
]

const found: string[] = []
for (const file of globSync(['**/*', '**/.*', '.ci/*'], { cwd: ROOT, exclude: NOT_OURS })) {
  if (!statSync(join(ROOT, file)).isFile()) continue
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n')
  for (const [index, line] of lines.entries()) {
    for (const [pattern, what] of REFUSED) {
      const [match] = pattern.exec(line) ?? []
      if (match !== undefined) found.push(`${file}:${index + 1}: ${match}: ${what}`)
    }
  }
}
for (const line of found) console.error(line)
console.log(`${found.length} mentions of what is not here`)
process.exitCode = found.length === 0 ? 0 : 1
