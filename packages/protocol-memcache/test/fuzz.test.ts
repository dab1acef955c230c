/**
 * The three dialects against what no client would send: words of a dictionary in any order, requests of
 * which bytes were changed, and noise, cut anywhere. `FUZZ_SECONDS` is how long each looks, 1 by default.
 *
 * Whatever comes: a parser gives requests, waits, or throws a `ProtocolError`. It takes bytes with every
 * request but a bounded number of keys and parts, keeps a bounded number waiting, and gives the same
 * requests however the bytes are cut.
 */
import { ByteBuffer } from '@pelikan/buffer'
import { ProtocolError } from '@pelikan/core'
import {
  MAX_PENDING_BYTES,
  MemcacheParser,
  type MemcacheRequest,
  Op,
  Part,
} from '@pelikan/protocol-memcache'
import { anyCuts } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const MILLISECONDS = Number(process.env['FUZZ_SECONDS'] ?? 1) * 1000
const RUNS = 1_000_000

/** What became of an input. */
interface Outcome {
  readonly requests: readonly string[]
  readonly isClosed: boolean
}

function parse(pieces: Iterable<Buffer>): Outcome {
  const parser = new MemcacheParser()
  const input = new ByteBuffer({ initial: 64, limit: 8 * 1024 * 1024 })
  const requests: string[] = []
  try {
    for (const piece of pieces) {
      input.append(piece, 0, piece.length)
      for (;;) {
        const before = input.length
        const request = parser.parse(input)
        if (request === undefined) break
        record(request, requests)
        // The end of a large value is the one request that takes nothing.
        expect(input.length < before || request.part === Part.End).toBe(true)
        if (request.op === Op.Quit || (request.op === Op.Binary && request.closes)) {
          return { requests, isClosed: true }
        }
      }
      expect(input.length).toBeLessThanOrEqual(MAX_PENDING_BYTES)
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { requests, isClosed: true }
  } finally {
    parser.end()
  }
  return { requests, isClosed: false }
}

/** What a request says, however its value came. */
function record(request: MemcacheRequest, requests: string[]): void {
  const { key, keyEnd, keyStart, op, part } = request
  if (hasKey(request)) {
    expect(keyStart).toBeLessThanOrEqual(keyEnd)
    expect(keyEnd).toBeLessThanOrEqual(key.length)
  }
  const carries = isStoring(request)
  const value = carries && (part === Part.Whole || part === Part.Chunk)
  const text = value ? request.value.toString('latin1', request.valueStart, request.valueEnd) : ''
  if (carries && part !== Part.Whole && part !== Part.Begin && requests.length > 0) {
    if (part === Part.Abort && request.valueLength <= 65_536)
      requests.push(`abort ${request.reply}`)
    else
      requests.push(
        `${requests.pop()}${text}${part === Part.Abort ? `abort ${request.reply}` : ''}`,
      )
    return
  }
  const name = op === Op.Reject || op === Op.Version ? '' : key.toString('latin1', keyStart, keyEnd)
  const code = op === Op.Binary ? `${request.opcode}/${request.status}` : ''
  const shown = hasKey(request) ? name : ''
  requests.push(`${op} ${code} ${op === Op.Reject ? request.reply : ''} ${shown} ${text}`)
}

function isStoring({ command, op }: MemcacheRequest): boolean {
  if (op === Op.Binary)
    return (command >= 1 && command <= 3) || command === 0x0e || command === 0x0f
  return (op >= Op.Set && op <= Op.Cas) || op === Op.MetaSet
}

function hasKey({ command, op }: MemcacheRequest): boolean {
  if (op === Op.Binary) return command !== 0xff
  return (op >= Op.Get && op <= Op.Decrement) || (op >= Op.MetaGet && op <= Op.MetaDebug)
}

const TEXT_WORDS = fc.constantFrom(
  ...['get', 'gets', 'gat', 'gats', 'set', 'add', 'replace', 'append', 'prepend', 'cas', 'touch'],
  ...['delete', 'incr', 'decr', 'flush_all', 'verbosity', 'version', 'quit', 'stats', 'noreply'],
  ...[
    'mg',
    'ms',
    'md',
    'ma',
    'me',
    'mn',
    'v',
    'k',
    'q',
    'b',
    's',
    't',
    'c',
    'f',
    'h',
    'l',
    'u',
    'x',
  ],
  ...['I', 'T30', 'N-1', 'R5', 'Oabc', 'C1', 'E2', 'MA', 'MS', 'MX', 'J7', 'D2', 'F9', 'T', 'Zm9v'],
  ...[
    '0',
    '1',
    '5',
    '-1',
    '20000',
    '4294967296',
    '18446744073709551616',
    'a',
    'key',
    'k'.repeat(251),
  ],
  ...['\r\n', '\n', '\r\n', ' ', '\0', 'HTTP/1.1', '\x80', 'hello\r\n', '12345\r\n'],
)
const TEXT = fc
  .array(fc.tuple(TEXT_WORDS, fc.constantFrom(' ', ' ', ' ', '', '\r\n')), { maxLength: 60 })
  .map((words) => Buffer.from(words.flat().join(''), 'latin1'))

const FRAME = fc
  .record({
    opcode: fc.oneof(fc.nat({ max: 0x25 }), fc.nat({ max: 255 })),
    key: fc.constantFrom('', 'a', 'key', 'k'.repeat(250), 'k'.repeat(251)),
    extras: fc.constantFrom(0, 0, 4, 8, 8, 20, 21),
    value: fc.constantFrom('', 'x', 'hello', 'v'.repeat(300), 'v'.repeat(17_000)),
    // Mostly what it should be.
    more: fc.constantFrom(0, 0, 0, 0, -1, 1, 100_000, 2 ** 31),
  })
  .map(({ opcode, key, extras, value, more }) => {
    const header = Buffer.alloc(24 + extras)
    header.set([0x80, opcode, key.length >>> 8, key.length & 255, extras])
    const length = extras + key.length + value.length + more
    header.writeUInt32BE(Math.max(length, 0) >>> 0, 8)
    return Buffer.concat([header, Buffer.from(key + value, 'latin1')])
  })
const BINARY = fc
  .array(FRAME, { minLength: 1, maxLength: 12 })
  .map((frames) => Buffer.concat(frames))

const CHANGE = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), cut: fc.nat({ max: 3 }) })

/** The same with some bytes changed, or gone. */
function changed(source: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc.tuple(source, fc.array(CHANGE, { maxLength: 4 })).map(([bytes, changes]) => {
    let result: Buffer = Buffer.from(bytes)
    for (const { at, byte, cut } of changes) {
      if (result.length === 0) break
      const place = at % result.length
      if (cut === 0) {
        result = Buffer.concat([result.subarray(0, place), result.subarray(place + 1)])
      } else {
        result[place] = byte
      }
    }
    return result
  })
}

const NOISE = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))

describe.each([
  ['text', TEXT],
  ['text with bytes changed', changed(TEXT)],
  ['binary', BINARY],
  ['binary with bytes changed', changed(BINARY)],
  ['noise', NOISE],
])('%s', (_, inputs) => {
  it(
    'gives the same requests however it is cut',
    () => {
      const cut = inputs.chain((bytes) => fc.tuple(fc.constant(bytes), anyCuts(bytes)))
      fc.assert(
        fc.property(cut, ([bytes, pieces]) => {
          const whole = parse([bytes])
          const cutUp = parse(pieces)
          // A long open line is closed on, or not, by how much of it has come: only its end may differ.
          const common = Math.min(whole.requests.length, cutUp.requests.length)
          expect(cutUp.requests.slice(0, common)).toEqual(whole.requests.slice(0, common))
          if (!whole.isClosed && !cutUp.isClosed) {
            expect(cutUp.requests.length).toBe(whole.requests.length)
          }
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: MILLISECONDS },
      )
    },
    MILLISECONDS + 20_000,
  )
})
