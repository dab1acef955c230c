/**
 * Builds the page: `page/` with Preact and uPlot into the files of `static/`, which are committed.
 *
 *   node packages/live/build-page.ts
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rolldown } from 'rolldown'

const PAGE = new URL('page/', import.meta.url)
const STATIC = new URL('static/', import.meta.url)
/** What is built in, with the licence that goes with every copy of it. */
const BUILT_IN = ['preact', 'uplot'] as const

/** The files, by their names in `static/`. */
export async function buildPage(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['index.html', source('index.html')],
    ['icon.svg', source('icon.svg')],
    ['main.css', `${built('uplot', 'dist/uPlot.min.css').trim()}\n\n${source('main.css')}`],
    ['main.js', await script()],
  ])
}

async function script(): Promise<string> {
  const bundle = await rolldown({
    input: new URL('main.tsx', PAGE).pathname,
    platform: 'browser',
    tsconfig: new URL('tsconfig.page.json', import.meta.url).pathname,
    transform: { target: 'es2022' },
    // What only servers use of the packages that are shared with them; nothing of it is left.
    external: /^node:/,
    treeshake: { moduleSideEffects: false },
  })
  const { output } = await bundle.generate({
    format: 'esm',
    minify: true,
    banner: BUILT_IN.map(licence).join('\n'),
  })
  await bundle.close()
  if (output.length !== 1) throw new Error(`one file was to be built, and ${output.length} were`)
  return output[0].code
}

function licence(name: string): string {
  const { version } = JSON.parse(built(name, 'package.json')) as { version: string }
  return `/*! ${name} ${version}\n\n${built(name, 'LICENSE').trim()}\n*/`
}

function source(name: string): string {
  return readFileSync(new URL(name, PAGE), 'utf8')
}

function built(name: string, file: string): string {
  return readFileSync(new URL(`node_modules/${name}/${file}`, import.meta.url), 'utf8')
}

if (import.meta.main) {
  mkdirSync(STATIC, { recursive: true })
  for (const [name, text] of await buildPage()) {
    writeFileSync(new URL(name, STATIC), text)
    console.log(`${name} ${text.length}`)
  }
}
