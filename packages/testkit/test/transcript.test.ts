import {
  type TranscriptConnection,
  type TranscriptServer,
  formatFailure,
  parseTranscript,
  runTranscript,
} from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

/** A server that answers each write with the next of `answers`, and `null` with the end. */
class Scripted implements TranscriptServer {
  readonly sent: string[] = []
  waited = 0
  readonly #answers: (string | null)[]

  constructor(...answers: (string | null)[]) {
    this.#answers = answers
  }

  async connect(): Promise<TranscriptConnection> {
    let ended = false
    const come: (Buffer | undefined)[] = []
    return {
      write: (bytes) => {
        this.sent.push(bytes.toString('latin1'))
        const answer = this.#answers.shift()
        if (answer === null) come.push(undefined)
        else if (answer !== undefined)
          for (const byte of Buffer.from(answer, 'latin1')) come.push(Buffer.of(byte))
      },
      read: async () => {
        if (come.length > 0) return come.shift()
        if (ended) return undefined
        throw new Error('silence')
      },
      end: () => {
        ended = true
      },
      destroy: () => {},
    }
  }

  async wait(milliseconds: number): Promise<void> {
    this.waited += milliseconds
  }
}

async function play(text: string, server: Scripted, variant?: string): Promise<string[]> {
  const failures = await runTranscript(parseTranscript('t.txt', text), server, variant)
  return failures.map(formatFailure)
}

describe('a transcript', () => {
  it('sends lines in a row in one piece, and expects answers in order', async () => {
    const server = new Scripted('STORED\r\nEND\r\n', 'OK\r\n')
    expect(
      await play('== s\n> set a 0 0 1\n> x\n> get b\n< STORED\n< END\n\n# c\n> ok\n< OK\n', server),
    ).toEqual([])
    expect(server.sent).toEqual(['set a 0 0 1\r\nx\r\nget b\r\n', 'ok\r\n'])
  })

  it('knows escapes, repetition, raw lines and waiting', async () => {
    const server = new Scripted('', '\0\xff{xxx}\\\r\n')
    const text = '== s\n>~ a\\n\nwait 0.5s\n>~ {3*ab}\\x41\\t\n< \\0\\xff\\{{3*x}\\}\\\\\n'
    expect(await play(text, server)).toEqual([])
    expect(server.sent).toEqual(['a\n', 'abababA\t'])
    expect(server.waited).toBe(500)
  })

  it('remembers numbers', async () => {
    const text = '== s\n> gets a\n< V {new n}\n> cas {n}\n< V {n}\n< V {not n}\n'
    const server = new Scripted('V 17\r\n', 'V 17\r\nV 18\r\n')
    expect(await play(text, server)).toEqual([])
    expect(server.sent).toEqual(['gets a\r\n', 'cas 17\r\n'])
    expect(await play(text, new Scripted('V 17\r\n', 'V 17\r\nV 17\r\n'))).toHaveLength(1)
    expect(await play(text, new Scripted('V 17\r\n', 'V 18\r\nV 19\r\n'))).toHaveLength(1)
    expect(await play(text, new Scripted('V x\r\n'))).toHaveLength(1)
  })

  it('matches patterns and skips lines', async () => {
    const text = '== s\n> stats\n<~ A \\d+\n<...\n< END\n'
    expect(await play(text, new Scripted('A 1\r\nB\r\nC\r\nEND\r\n'))).toEqual([])
    expect(await play(text, new Scripted('A x\r\nEND\r\n'))).toEqual([
      't.txt:3 (s): expected A \\d+, got "A x"',
    ])
    expect(await play(text, new Scripted('A 1\r\nB\r\n'))).toHaveLength(1)
  })

  it('expects other answers of a variant', async () => {
    const text = '== s\n> x\n< NEW\n< MORE\n<1.0 OLD\n> y\n< OK\n<1.0 (nothing)\n'
    expect(await play(text, new Scripted('NEW\r\nMORE\r\n', 'OK\r\n'))).toEqual([])
    expect(await play(text, new Scripted('OLD\r\n', ''), '1.0')).toEqual([])
    expect(await play(text, new Scripted('OLD\r\n', 'OK\r\n'), '1.0')).toHaveLength(1)
    const not = '== s [not 1.0 2.0]\n> x\n< OK\n'
    expect(await play(not, new Scripted('no\r\n'), '1.0')).toEqual([])
    expect(await play(not, new Scripted('no\r\n'), '3.0')).toHaveLength(1)
  })

  it('expects the end, and that nothing comes behind the last answer', async () => {
    expect(await play('== s\n> quit\n< (closed)\n', new Scripted(null))).toEqual([])
    expect(await play('== s\n> quit\n< (closed)\n', new Scripted('x'))).toEqual([
      't.txt:3 (s): expected the connection to close, got "x"',
    ])
    expect(await play('== s\n> a\n< OK\n', new Scripted('OK\r\nOK\r\n'))).toEqual([
      't.txt:3 (s): expected nothing more, got "OK\\r\\n"',
    ])
    expect(await play('== s\n> a\n< OK\n', new Scripted('O', null))).toEqual([
      't.txt:3 (s): expected "OK\\r\\n", got "O" and then: Error: silence',
    ])
  })

  it('goes on with the next section behind a failure', async () => {
    const failures = await play('== a\n> x\n< A\n== b\n> x\n< B\n', new Scripted('no\r\n', 'B\r\n'))
    expect(failures).toEqual(['t.txt:3 (a): expected "A\\r\\n", got "n"'])
  })

  it('keeps the flags of the server', () => {
    expect(parseTranscript('t', '@flags -M -m 2\n@flags -F\n').flags).toEqual([
      '-M',
      '-m',
      '2',
      '-F',
    ])
  })

  it('is refused with file and line where it is none', () => {
    expect(() => parseTranscript('t.txt', '== s\n\nhello\n')).toThrow(
      't.txt:3: not a line of a transcript: hello',
    )
    expect(() => parseTranscript('t.txt', '> before a section\n')).toThrow('t.txt:1')
  })
})
