/**
 * Plays transcripts against a server, over TCP or whatever else carries bytes.
 *
 * @module
 */
import { type BytesPart, TOKEN_BYTES } from './transcript-bytes.ts'
import {
  PLACEHOLDER,
  type Transcript,
  type TranscriptLine,
  type TranscriptSection,
  unescapeText,
} from './transcript.ts'

/** A client's end of one connection. */
export interface TranscriptConnection {
  readonly write: (bytes: Buffer) => void
  /** The next bytes that come, or `undefined` when the server has closed. Rejects where nothing comes in time. */
  readonly read: () => Promise<Buffer | undefined>
  /** Send no more. */
  readonly end: () => void
  readonly destroy: () => void
}

export interface TranscriptServer {
  readonly connect: () => Promise<TranscriptConnection>
  readonly wait: (milliseconds: number) => Promise<void>
}

export interface TranscriptFailure {
  readonly file: string
  readonly line: number
  readonly section: string
  readonly expected: string
  readonly got: string
}

/** As {@link TranscriptFailure}, thrown inside a section. */
class Mismatch extends Error {
  readonly line: number
  readonly expected: string
  readonly got: string

  constructor(line: number, expected: string, got: string) {
    super(`expected ${expected}, got ${got}`)
    this.line = line
    this.expected = expected
    this.got = got
  }
}

/**
 * Play every section of `transcript`. One that fails is left at its first difference.
 *
 * @param variant which server it is, where its answers differ: `1.6.18`
 */
export async function runTranscript(
  transcript: Transcript,
  server: TranscriptServer,
  variant?: string,
): Promise<readonly TranscriptFailure[]> {
  const failures: TranscriptFailure[] = []
  for (const section of transcript.sections) {
    if (variant !== undefined && section.not.includes(variant)) continue
    try {
      await runSection(section, server, variant)
    } catch (error) {
      const { line, expected, got } =
        error instanceof Mismatch
          ? error
          : { line: section.line, expected: 'an answer', got: String(error) }
      failures.push({ file: transcript.file, line, section: section.title, expected, got })
    }
  }
  return failures
}

/** One line for people. */
export function formatFailure({ expected, file, got, line, section }: TranscriptFailure): string {
  return `${file}:${line} (${section}): expected ${expected}, got ${got}`
}

async function runSection(
  section: TranscriptSection,
  server: TranscriptServer,
  variant: string | undefined,
): Promise<void> {
  const connection = await server.connect()
  const talk = new Talk(connection)
  let line = section.line
  try {
    let pending = ''
    for (const step of section.steps) {
      if (step.kind === 'send' || step.kind === 'sendBytes') {
        pending += step.kind === 'send' ? talk.resolve(step.text) : talk.resolveBytes(step.parts)
        line = step.line
        continue
      }
      if (pending !== '') connection.write(Buffer.from(pending, 'latin1'))
      pending = ''
      if (step.kind === 'wait') {
        await server.wait(step.milliseconds)
        continue
      }
      const lines = (variant !== undefined ? step.variants.get(variant) : undefined) ?? step.lines
      for (const [i, expected] of lines.entries()) {
        line = expected.line
        await talk.expect(expected, lines[i + 1])
      }
    }
    if (pending !== '') connection.write(Buffer.from(pending, 'latin1'))
    await talk.expectNoMore(line)
  } finally {
    connection.destroy()
  }
}

/** What one connection has said so far. */
class Talk {
  readonly #connection: TranscriptConnection
  readonly #numbers = new Map<string, string>()
  /** latin1, come and not yet expected. */
  #come = ''
  #closed = false

  constructor(connection: TranscriptConnection) {
    this.#connection = connection
  }

  /** The bytes that a text stands for, as latin1. */
  resolve(text: string): string {
    return unescapeText(
      text.replace(PLACEHOLDER, (_, _how, name: string) => this.#numbers.get(name) ?? ''),
    )
  }

  /** The bytes that parts stand for, as latin1. */
  resolveBytes(parts: readonly BytesPart[]): string {
    return parts
      .map((part) => {
        if (part.kind === 'text') return part.latin1
        return part.kind === 'token' ? (this.#numbers.get(part.name) ?? '') : ''
      })
      .join('')
  }

  async expect(
    { expect, line }: TranscriptLine,
    following: TranscriptLine | undefined,
  ): Promise<void> {
    switch (expect.kind) {
      case 'closed':
        await this.#expectClosed(line)
        return
      case 'pattern':
        await this.#expectMatch(line, expect.pattern)
        return
      case 'bytes':
        for (const part of expect.parts) await this.#expectPart(line, part)
        return
      case 'anything':
        if (following === undefined) throw new Mismatch(line, 'a line behind <...', 'none')
        await this.#skipTo(following)
        return
      default:
        if (expect.text.search(PLACEHOLDER) < 0)
          await this.#expectText(line, `${expect.text}\\r\\n`)
        else await this.#expectNumbers(line, expect.text)
    }
  }

  /** Everything is said: nothing but the end may follow. */
  async expectNoMore(line: number): Promise<void> {
    if (!this.#closed) this.#connection.end()
    while (!this.#closed) await this.#more(line, 'the connection to end')
    if (this.#come !== '') throw new Mismatch(line, 'nothing more', show(this.#come))
  }

  async #expectText(line: number, text: string): Promise<void> {
    const wanted = this.resolve(text)
    for (;;) {
      const compared = Math.min(wanted.length, this.#come.length)
      if (this.#come.slice(0, compared) !== wanted.slice(0, compared)) {
        throw new Mismatch(line, show(wanted), show(this.#come))
      }
      if (compared === wanted.length) break
      await this.#more(line, show(wanted))
    }
    this.#come = this.#come.slice(wanted.length)
  }

  async #expectPart(line: number, part: BytesPart): Promise<void> {
    const length =
      part.kind === 'text' ? part.latin1.length : part.kind === 'any' ? part.length : TOKEN_BYTES
    while (this.#come.length < length) await this.#more(line, `${length} bytes`)
    const come = this.#come.slice(0, length)
    if (part.kind === 'text' && come !== part.latin1) {
      throw new Mismatch(line, hex(part.latin1), hex(this.#come))
    }
    if (part.kind === 'token') {
      const known = this.#numbers.get(part.name)
      const fits = part.how === 'new' || (part.how === 'not' ? come !== known : come === known)
      if (!fits) throw new Mismatch(line, `${part.name}, which was ${hex(known ?? '')}`, hex(come))
      this.#numbers.set(part.name, come)
    }
    this.#come = this.#come.slice(length)
  }

  async #expectMatch(line: number, pattern: string): Promise<void> {
    const come = await this.#line(line, pattern)
    if (!new RegExp(`^(?:${pattern})$`).test(come)) throw new Mismatch(line, pattern, show(come))
  }

  async #expectNumbers(line: number, text: string): Promise<void> {
    const names: { how: string; name: string }[] = []
    const parts = text.split(PLACEHOLDER)
    let pattern = ''
    for (let i = 0; i < parts.length; i += 3) {
      pattern += escapeRegExp(unescapeText(parts[i] ?? ''))
      const name = parts[i + 2]
      if (name === undefined) continue
      names.push({ how: parts[i + 1] ?? '', name })
      pattern += String.raw`(\d+)`
    }
    const come = await this.#line(line, text)
    const match = new RegExp(`^${pattern}$`, 's').exec(come)
    if (match === null) throw new Mismatch(line, text, show(come))
    for (const [i, { how, name }] of names.entries()) {
      const number = match[i + 1] ?? ''
      const known = this.#numbers.get(name)
      const fits = how === 'new' || (how === 'not' ? number !== known : number === known)
      if (!fits) throw new Mismatch(line, `${text} where ${name} was ${known}`, show(come))
      this.#numbers.set(name, number)
    }
  }

  async #skipTo({ expect, line }: TranscriptLine): Promise<void> {
    if (expect.kind !== 'text') throw new Mismatch(line, 'a text behind <...', expect.kind)
    const wanted = this.resolve(expect.text)
    for (;;) {
      const come = await this.#line(line, show(wanted))
      if (come !== wanted) continue
      this.#come = `${come}\r\n${this.#come}`
      return
    }
  }

  async #expectClosed(line: number): Promise<void> {
    while (!this.#closed && this.#come === '') await this.#more(line, 'the connection to close')
    if (this.#come !== '') throw new Mismatch(line, 'the connection to close', show(this.#come))
  }

  /** Take a line, without its end. */
  async #line(line: number, expected: string): Promise<string> {
    for (;;) {
      const end = this.#come.indexOf('\r\n')
      if (end >= 0) {
        const text = this.#come.slice(0, end)
        this.#come = this.#come.slice(end + 2)
        return text
      }
      await this.#more(line, expected)
    }
  }

  async #more(line: number, expected: string): Promise<void> {
    if (this.#closed) throw new Mismatch(line, expected, `${show(this.#come)} and the end`)
    try {
      const bytes = await this.#connection.read()
      if (bytes === undefined) this.#closed = true
      else this.#come += bytes.toString('latin1')
    } catch (error) {
      throw new Mismatch(line, expected, `${show(this.#come)} and then: ${String(error)}`)
    }
  }
}

const SHOWN = 200

function show(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text)
}

function hex(latin1: string): string {
  return `${Buffer.from(latin1.slice(0, SHOWN), 'latin1').toString('hex')} ${show(latin1)}`
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
