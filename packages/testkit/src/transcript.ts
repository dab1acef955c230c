/**
 * Conversations with a server as text: what is sent, what must come back.
 *
 * ```text
 *   # A comment.
 *   @flags -M -m 2          the server is started with these (for whoever starts it)
 *   == a name               a section: a connection of its own
 *   > set a 0 0 2           sent, with \r\n behind it; lines in a row are sent in one piece
 *   > hi
 *   < STORED                must come back, with \r\n behind it
 *   >~ get a\n              sent as it is
 *   <1.6.18 ERROR           what that server answers instead of the `<` lines around it
 *   <1.6.18 (nothing)
 *   <~ STAT pid \d+         a line that matches a regular expression
 *   <...                    any lines, until the next one expected
 *   < VALUE a 0 2 {new cas} a number, remembered; {cas}: that number; {not cas}: another one, remembered
 *   > cas a 0 0 2 {cas}
 *   < (closed)              the server closes the connection
 *   >x 80 0a "text"         sent as bytes: see {@link parseBytes}; `<x`: must come back
 *   wait 1.1s
 * ```
 *
 * In sent and expected text `\r \n \t \0 \\ \xHH` are escapes, `\{` is a brace, and `{1024*x}` is a text
 * repeated. A section whose title ends in `[not 1.6.18]` is left out there.
 *
 * @module
 */

import { type BytesPart, parseBytes } from './transcript-bytes.ts'

export interface TranscriptLine {
  /** In the file, from 1. */
  readonly line: number
  readonly expect: Expectation
}

export type Expectation =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'anything' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'bytes'; readonly parts: readonly BytesPart[] }

export type TranscriptStep =
  | { readonly kind: 'send'; readonly line: number; readonly text: string }
  | { readonly kind: 'sendBytes'; readonly line: number; readonly parts: readonly BytesPart[] }
  | {
      readonly kind: 'expect'
      readonly lines: readonly TranscriptLine[]
      /** By variant, what comes instead of `lines`. */
      readonly variants: ReadonlyMap<string, readonly TranscriptLine[]>
    }
  | { readonly kind: 'wait'; readonly line: number; readonly milliseconds: number }

export interface TranscriptSection {
  readonly title: string
  readonly line: number
  /** Variants that do not play this section. */
  readonly not: readonly string[]
  readonly steps: readonly TranscriptStep[]
}

export interface Transcript {
  /** For messages. */
  readonly file: string
  readonly flags: readonly string[]
  readonly sections: readonly TranscriptSection[]
}

/** Where a number goes that a server chose: `{new cas}`, `{cas}`, `{not cas}`. */
export const PLACEHOLDER: RegExp = /(?<!\\)\{(?:(new|not) )?([a-z]\w*)\}/g

const REPEATED = /(?<!\\)\{(\d+)\*((?:[^}\\]|\\.)+)\}/g
const ESCAPE = /\\(?:x([0-9a-f]{2})|(.))/gi
const LINE = /^(==|[><][~x]|<\.\.\.|[><]|@flags|wait)(\S*) ?(.*)$/s
const NOT = / \[not ([^\]]+)\]$/

/** @throws SyntaxError with file and line where the text is no transcript */
export function parseTranscript(file: string, text: string): Transcript {
  const flags: string[] = []
  const sections: TranscriptSection[] = []
  let steps: TranscriptStep[] | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1
    if (raw.startsWith('#') || raw.trim() === '') continue
    const [, mark, variant = '', rest = ''] = LINE.exec(raw) ?? []
    if (mark === '@flags') {
      flags.push(...rest.split(' '))
    } else if (mark === '==') {
      const not = NOT.exec(rest)?.[1]?.split(' ') ?? []
      steps = []
      sections.push({ title: rest.replace(NOT, ''), line, not, steps })
    } else if (mark === undefined || steps === undefined) {
      throw new SyntaxError(`${file}:${line}: not a line of a transcript: ${raw}`)
    } else if (mark === 'wait') {
      steps.push({ kind: 'wait', line, milliseconds: Number.parseFloat(rest) * 1000 })
    } else if (mark === '>x') {
      steps.push({ kind: 'sendBytes', line, parts: parseBytes(rest) })
    } else if (mark === '>' || mark === '>~') {
      steps.push({ kind: 'send', line, text: mark === '>' ? `${rest}\\r\\n` : rest })
    } else {
      expectLine(steps, variant, { line, expect: expectation(mark, rest) })
    }
  }
  return { file, flags, sections }
}

/** Replace escapes and repetitions; placeholders must be gone. The result is latin1. */
export function unescapeText(text: string): string {
  return text
    .replace(REPEATED, (_, count: string, what: string) => what.repeat(Number(count)))
    .replace(ESCAPE, (_, hex: string | undefined, letter: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      return { r: '\r', n: '\n', t: '\t', '0': '\0' }[letter] ?? letter
    })
}

function expectation(mark: string, text: string): Expectation {
  if (mark === '<...') return { kind: 'anything' }
  if (mark === '<x') return { kind: 'bytes', parts: parseBytes(text) }
  if (mark === '<~') return { kind: 'pattern', pattern: text }
  if (text === '(closed)') return { kind: 'closed' }
  return { kind: 'text', text }
}

/** Add an expected line to the block that `steps` ends with, or start one. */
function expectLine(steps: TranscriptStep[], variant: string, line: TranscriptLine): void {
  let block = steps.at(-1)
  if (block?.kind !== 'expect') {
    block = { kind: 'expect', lines: [], variants: new Map() }
    steps.push(block)
  }
  const variants = block.variants as Map<string, TranscriptLine[]>
  let lines = block.lines as TranscriptLine[]
  if (variant !== '') {
    lines = variants.get(variant) ?? []
    variants.set(variant, lines)
  }
  const nothing = line.expect.kind === 'text' && line.expect.text === '(nothing)'
  if (!nothing) lines.push(line)
}
