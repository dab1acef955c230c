/**
 * The page as files: built ahead from `page/` by `build-page.ts`, and committed, so that a server has no
 * dependency for it and needs no network.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

export interface PageFile {
  /** Where the page expects it, such as `/page/main.js`; `/` for the page itself. */
  readonly path: string
  /** For the header `content-type`. */
  readonly type: string
  readonly bytes: Buffer
}

const FOLDER = new URL('../static/', import.meta.url)

const FILES: readonly (readonly [path: string, file: string, type: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/page/main.js', 'main.js', 'text/javascript; charset=utf-8'],
  ['/page/main.css', 'main.css', 'text/css; charset=utf-8'],
  ['/page/icon.svg', 'icon.svg', 'image/svg+xml'],
]

/**
 * What the page may load and do: its own files and the endpoint that it came from. A header of the same
 * name.
 */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** All files of the page, read when it is called. */
export function pageFiles(): readonly PageFile[] {
  return FILES.map(([path, file, type]) => ({
    path,
    type,
    bytes: readFileSync(new URL(file, FOLDER)),
  }))
}
