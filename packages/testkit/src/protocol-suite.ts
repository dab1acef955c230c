/**
 * The suite that every parser passes: rows of input and the requests in it, each fed whole, byte by
 * byte, with one cut at every position, and with cuts at random.
 *
 * ```ts
 * testProtocol(() => new PingParser(), {
 *   record: (request, snapshots) => snapshots.push(request.op),
 *   cases: [{ name: 'two pings', input: 'PING\r\nPING\r\n', requests: [PingOp.Ping, PingOp.Ping] }],
 * })
 * ```
 *
 * @module
 */
import { ByteBuffer } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCuts, byteByByte, everyCut } from './splits.ts'

export interface ProtocolCase<Snapshot> {
  readonly name: string
  /** What the client sends; a string is latin1. */
  readonly input: string | Buffer
  readonly requests: readonly Snapshot[]
  /** How many bytes stay in the input because their request is not complete; 0 by default. */
  readonly rest?: number
  /** What the client is told before the parser gives up on it; `''` for nothing. Absent where it does not. */
  readonly closes?: string
  /** Set where the outcome depends on how the input is cut, with the reason: it is fed whole only. */
  readonly whole?: string
}

export interface ProtocolSuiteOptions<Request, Snapshot> {
  readonly cases: readonly ProtocolCase<Snapshot>[]
  /**
   * Append what a request says to `snapshots`. The request is lent, so copy. Of a request that comes in
   * pieces, extend the last snapshot, so that it equals that of one that came whole.
   */
  readonly record: (request: Request, snapshots: Snapshot[]) => void
  /** Limit of the input in bytes; 4 MiB by default. */
  readonly inputLimit?: number
}

/** What became of an input. */
interface Outcome<Snapshot> {
  readonly requests: readonly Snapshot[]
  readonly rest: number
  readonly closes: string | undefined
}

const DEFAULT_INPUT_LIMIT = 4 * 1024 * 1024
/** Longer inputs are cut at so many positions, evenly spread. */
const MAX_CUTS = 2000
const RANDOM_RUNS = 50
/** Around what is lent stands what looks like more of it: a parser that reads on is caught. */
const MARGIN = Buffer.from('\r\n \r\n1', 'latin1')
const OVERWRITTEN = '#'

/** Declare the tests of a parser; `make` makes one for a new connection. */
export function testProtocol<Request, Snapshot>(
  make: () => Parser<Request>,
  options: ProtocolSuiteOptions<Request, Snapshot>,
): void {
  const run = (pieces: Iterable<Buffer>): Outcome<Snapshot> => feed(make(), pieces, options)
  for (const row of options.cases) {
    const input = typeof row.input === 'string' ? Buffer.from(row.input, 'latin1') : row.input
    const expected: Outcome<Snapshot> = {
      requests: row.requests,
      rest: row.rest ?? 0,
      closes: row.closes,
    }
    describe(row.name, () => {
      it('whole', () => expect(run([input])).toEqual(expected))
      if (row.whole !== undefined) return
      it('byte by byte', () => expect(run(byteByByte(input))).toEqual(expected))
      it('cut at every position', () => {
        const step = Math.ceil(input.length / MAX_CUTS)
        let position = 0
        for (const pieces of everyCut(input)) {
          if (position++ % step === 0) expect(run(pieces), `cut at ${position}`).toEqual(expected)
        }
      })
      it('cut at random', () => {
        const cuts = fc.property(anyCuts(input), (pieces) => {
          expect(run(pieces)).toEqual(expected)
        })
        fc.assert(cuts, { numRuns: RANDOM_RUNS })
      })
    })
  }
}

/**
 * Give `pieces` to a parser one after the other and take every request, as a session does: what arrives
 * is parsed in place where nothing is left over from before, and overwritten afterwards.
 */
function feed<Request, Snapshot>(
  parser: Parser<Request>,
  pieces: Iterable<Buffer>,
  { inputLimit = DEFAULT_INPUT_LIMIT, record }: ProtocolSuiteOptions<Request, Snapshot>,
): Outcome<Snapshot> {
  const input = new ByteBuffer({ initial: 64, limit: inputLimit })
  const window = new ByteBuffer({ initial: 64, limit: inputLimit })
  const requests: Snapshot[] = []
  const take = (from: ByteBuffer): void => {
    for (;;) {
      const request = parser.parse(from)
      if (request === undefined) return
      record(request, requests)
    }
  }
  const keep = (bytes: Buffer, start: number, end: number): void => {
    if (!input.append(bytes, start, end)) throw new RangeError('the input is full')
  }
  let closes: string | undefined
  try {
    for (const piece of pieces) {
      if (input.length === 0) {
        const lent = Buffer.concat([MARGIN, piece, MARGIN])
        window.wrap(lent, MARGIN.length, MARGIN.length + piece.length)
        take(window)
        keep(window.bytes, window.start, window.end)
        window.release()
        lent.fill(OVERWRITTEN)
      } else {
        keep(piece, 0, piece.length)
        take(input)
        if (input.length === 0) input.release()
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    closes = error.reply?.toString('latin1') ?? ''
  }
  return { requests, rest: closes === undefined ? input.length : 0, closes }
}
