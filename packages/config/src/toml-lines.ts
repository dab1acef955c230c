/**
 * Which line a key of a TOML document is on. The parser gives positions for syntax errors only, and a
 * configuration error has to say where, so this reads a document a second time, one that is
 * known to be valid, and looks at nothing but keys.
 *
 * @module
 */
import { parse } from 'smol-toml'

/** Blanks, line ends and comments. */
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y
const SPACE = /[ \t]*/y
const BARE_KEY = /[\w-]+/y
/** Strings of three quotes may end in up to five, of which the first two are their own. */
const STRING = /"""(?:\\[^]|[^\\])*?"""(?:"{0,2})|'''[^]*?'''(?:'{0,2})|"(?:\\.|[^"\\])*"|'[^']*'/y
const SCALAR = /[^,\]}#\r\n]*/y

/**
 * Find the lines of all keys in a valid document.
 *
 * @returns the line, from 1, of the key with the given path, or else that of the nearest table
 * around it; of several tables of one array, the first counts
 */
export function findKeyLines(toml: string): (path: readonly string[]) => number {
  const lines = new KeyScanner(toml).scan()
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(JSON.stringify(path.slice(0, length)))
      if (line !== undefined) return line
    }
    return 1
  }
}

class KeyScanner {
  readonly #toml: string
  readonly #lines = new Map<string, number>()
  #at = 0
  /** The line of `#counted`, which runs behind `#at`. */
  #line = 1
  #counted = 0

  constructor(toml: string) {
    this.#toml = toml
  }

  scan(): ReadonlyMap<string, number> {
    let table: readonly string[] = []
    this.#take(BLANK)
    while (this.#at < this.#toml.length) {
      if (this.#skip('[')) {
        const isArray = this.#skip('[')
        table = this.#key([])
        this.#skip(']')
        if (isArray) this.#skip(']')
      } else {
        this.#pair(table)
      }
      this.#take(BLANK)
    }
    return this.#lines
  }

  #pair(table: readonly string[]): void {
    const path = this.#key(table)
    this.#skip('=')
    this.#take(SPACE)
    this.#value(path)
  }

  /** A key with its dots; it and the tables that it implies are on this line. */
  #key(table: readonly string[]): readonly string[] {
    const path = [...table]
    do {
      this.#take(SPACE)
      path.push(this.#take(BARE_KEY) || unquoted(this.#take(STRING)))
      this.#note(path)
      this.#take(SPACE)
    } while (this.#skip('.'))
    return path
  }

  #value(path: readonly string[]): void {
    if (this.#skip('[')) {
      this.#list(']', () => this.#value(path))
    } else if (this.#skip('{')) {
      this.#list('}', () => this.#pair(path))
    } else if (this.#take(STRING) === '') {
      this.#take(SCALAR)
    }
  }

  #list(end: string, element: () => void): void {
    this.#take(BLANK)
    while (!this.#skip(end) && this.#at < this.#toml.length) {
      element()
      this.#take(BLANK)
      this.#skip(',')
      this.#take(BLANK)
    }
  }

  #note(path: readonly string[]): void {
    while (this.#counted < this.#at) {
      if (this.#toml[this.#counted++] === '\n') this.#line++
    }
    const name = JSON.stringify(path)
    if (!this.#lines.has(name)) this.#lines.set(name, this.#line)
  }

  /** Take what matches here, which may be nothing. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#toml)?.[0] ?? ''
    this.#at += text.length
    return text
  }

  #skip(character: string): boolean {
    if (this.#toml[this.#at] !== character) return false
    this.#at++
    return true
  }
}

function unquoted(key: string): string {
  return Object.keys(parse(`${key} = 0`)).join()
}
