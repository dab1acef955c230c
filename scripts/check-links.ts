/**
 * Every relative link in the repository's Markdown leads to a file, and its `#fragment` to a heading.
 *
 *   node scripts/check-links.ts
 *
 * @module
 */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const NOT_OURS = ['**/node_modules/**', '**/dist/**', 'docs/reference/**', 'coverage/**']
/** `[text](target)` and `[name]: target`, the target without its title. */
const LINK = /\]\(\s*<?([^)\s>]+)>?[^)]*\)|^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm
const FENCE = /^ {0,3}(```|~~~)[\s\S]*?^ {0,3}\1/gm
const CODE = /`[^`\n]*`/g
const HEADING = /^ {0,3}#{1,6}\s+(.+?)\s*#*$/gm
const ELSEWHERE = /^[a-z][a-z+.-]*:/i

const files = globSync('**/*.md', { cwd: ROOT, exclude: NOT_OURS })
const broken = files.flatMap((file) => brokenLinks(join(ROOT, file)))
for (const line of broken) console.error(line)
console.log(`${files.length} files of Markdown, ${broken.length} broken links`)
process.exitCode = broken.length === 0 ? 0 : 1

function brokenLinks(file: string): string[] {
  const text = readFileSync(file, 'utf8').replaceAll(FENCE, '').replaceAll(CODE, '')
  const found: string[] = []
  for (const [, inline, reference] of text.matchAll(LINK)) {
    const target = inline ?? reference ?? ''
    if (ELSEWHERE.test(target)) continue
    const reason = whyBroken(file, target)
    if (reason !== undefined) found.push(`${relative(ROOT, file)}: ${target}: ${reason}`)
  }
  return found
}

function whyBroken(from: string, target: string): string | undefined {
  const [path = '', fragment] = target.split('#', 2)
  const file = path === '' ? from : resolve(dirname(from), decodeURIComponent(path))
  if (!existsSync(file)) return 'no such file'
  if (relative(ROOT, file).startsWith('..')) return 'outside the repository'
  if (fragment === undefined || statSync(file).isDirectory() || !file.endsWith('.md'))
    return undefined
  return anchors(file).has(fragment) ? undefined : 'no such heading'
}

/** What headings are called in links, as the usual hosts of repositories name them. */
function anchors(file: string): Set<string> {
  const seen = new Map<string, number>()
  const names = new Set<string>()
  for (const [, heading = ''] of readFileSync(file, 'utf8')
    .replaceAll(FENCE, '')
    .matchAll(HEADING)) {
    const name = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    names.add(before === 0 ? name : `${name}-${before}`)
  }
  return names
}
