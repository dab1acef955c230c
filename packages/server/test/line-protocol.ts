/**
 * A protocol made to be difficult, for tests of sessions:
 *
 *   echo TEXT⏎    answers TEXT⏎            bytes N⏎      answers N bytes of `x` and ⏎
 *   quit⏎         closes                   boom⏎         the execution throws
 *   body N⏎...    takes N bytes in pieces, answers `took N⏎`
 *   where⏎        answers the thread        tick⏎         answers the tick of its clock
 *   die⏎          throws where nobody catches
 *   spin N⏎       computes for N ms          hoard⏎        takes memory until there is none
 *   list N⏎      answers 1⏎ to N⏎, a line a piece
 *   anything else is a protocol error that is answered `what?⏎`
 */
import type { ByteBuffer, Output } from '@pelikan/buffer'
import { threadId } from 'node:worker_threads'
import {
  type AnswerSource,
  type Clock,
  type Execute,
  type Parser,
  ProtocolError,
  type Response,
} from '@pelikan/core'

const VERBS = new Set([
  'echo',
  'bytes',
  'quit',
  'boom',
  'body',
  'where',
  'tick',
  'die',
  'spin',
  'hoard',
  'list',
])

export class LineRequest {
  verb = ''
  argument = ''
  /** Bytes of a body in this piece. */
  piece = 0
  done = true
}

export class LineParser implements Parser<LineRequest> {
  partial = false
  readonly #request = new LineRequest()
  #left = 0

  parse(input: ByteBuffer): LineRequest | undefined {
    const request = this.#request
    if (this.partial) {
      if (input.length === 0) return undefined
      const piece = Math.min(this.#left, input.length)
      input.consume(piece)
      this.#left -= piece
      this.partial = this.#left > 0
      request.piece = piece
      request.done = !this.partial
      return request
    }
    const newline = input.bytes.subarray(input.start, input.end).indexOf('\n')
    if (newline < 0) return undefined
    const line = input.bytes.toString('latin1', input.start, input.start + newline)
    const [verb = '', argument = ''] = line.split(' ')
    if (!VERBS.has(verb)) {
      throw new ProtocolError(`unknown verb ${verb}`, Buffer.from('what?\n'))
    }
    input.consume(newline + 1)
    request.verb = verb
    request.argument = argument
    request.piece = 0
    request.done = true
    if (verb === 'body') {
      this.#left = Number(argument)
      this.partial = this.#left > 0
      request.done = !this.partial
    }
    return request
  }

  end(): LineRequest | undefined {
    if (!this.partial) return undefined
    this.partial = false
    this.#request.verb = 'abort'
    return this.#request
  }
}

export class LineResponse implements Response<LineRequest> {
  hangup = false
  source: AnswerSource | undefined = undefined
  #output: Output | undefined = undefined

  begin(_request: LineRequest, output: Output): void {
    this.hangup = false
    this.source = undefined
    this.#output = output
  }

  mark(): number {
    return this.#output!.mark()
  }

  rollback(mark: number): void {
    this.#output!.rollback(mark)
  }

  text(text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    this.#output!.write(bytes, 0, bytes.length)
  }

  close(): void {
    this.hangup = true
  }
}

/** Executes lines and remembers what it was asked, in order. */
export class LineStore implements Execute<LineRequest, LineResponse> {
  readonly seen: string[] = []
  readonly #clock: Clock | undefined

  constructor(clock?: Clock) {
    this.#clock = clock
  }

  execute(request: LineRequest, response: LineResponse): void {
    this.seen.push(`${request.verb} ${request.argument}`.trim())
    if (request.verb === 'echo') response.text(`${request.argument}\n`)
    if (request.verb === 'bytes') response.text(`${'x'.repeat(Number(request.argument))}\n`)
    if (request.verb === 'list') response.source = lines(Number(request.argument))
    if (request.verb === 'quit') response.close()
    if (request.verb === 'where') response.text(`${threadId}\n`)
    if (request.verb === 'tick') response.text(`${this.#clock?.now}\n`)
    if (request.verb === 'die') setImmediate(() => fail('nobody catches this'))
    if (request.verb === 'spin') spin(Number(request.argument))
    if (request.verb === 'hoard') hoard()
    if (request.verb === 'boom') throw new Error('boom')
    if (request.verb === 'body' && request.done) response.text(`took ${request.argument}\n`)
  }
}

function lines(count: number): AnswerSource {
  let number = 0
  return {
    write: (output) => {
      const line = Buffer.from(`${++number}\n`)
      output.write(line, 0, line.length)
      return number < count
    },
  }
}

function fail(message: string): never {
  throw new Error(message)
}

function spin(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

function hoard(): never {
  const hoarded: number[][] = []
  for (;;) hoarded.push(Array.from({ length: 1000 }, (_, i) => i + 0.5))
}
