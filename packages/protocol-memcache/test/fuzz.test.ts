/**
 * The three dialects against what no client would send: words of a dictionary in any order, requests of
 * which bytes were changed, and noise, cut anywhere. `FUZZ_SECONDS` is how long all of them look, 2 by
 * default, or `FUZZ_RUNS` how many inputs each tries; `FUZZ_SEED` repeats what was found.
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
import { anyCuts, memcacheStreams, mutated } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const { binary, frames, noise, text, words } = memcacheStreams

const { FUZZ_RUNS, FUZZ_SECONDS = '2', FUZZ_SEED } = process.env
const KINDS = 5
const MILLISECONDS = (Number(FUZZ_SECONDS) * 1000) / KINDS
const LIMITS: fc.Parameters<unknown> = {
  ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
  ...(FUZZ_RUNS === undefined
    ? { numRuns: 1e9, interruptAfterTimeLimit: MILLISECONDS }
    : { numRuns: Number(FUZZ_RUNS) }),
}

/** What became of an input. */
interface Outcome {
  readonly requests: readonly string[]
  readonly isClosed: boolean
}

function parse(pieces: Iterable<Buffer>): Outcome {
  const parser = new MemcacheParser()
  const input = new ByteBuffer({ initial: 64, limit: 8 * 1024 * 1024 })
  const recorder = new Recorder()
  const { lines: requests } = recorder
  try {
    for (const piece of pieces) {
      input.append(piece, 0, piece.length)
      for (;;) {
        const before = input.length
        const request = parser.parse(input)
        if (request === undefined) break
        recorder.record(request)
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

/** What requests say, however their values came. */
class Recorder {
  readonly lines: string[] = []
  /** The last line is of a value that is still coming. */
  #isOpen = false

  record(request: MemcacheRequest): void {
    const { key, keyEnd, keyStart, op, part, reply } = request
    if (hasKey(request) && (keyStart > keyEnd || keyEnd > key.length)) {
      throw new RangeError(`a key from ${keyStart} to ${keyEnd} of ${key.length} bytes`)
    }
    const name = hasKey(request) ? key.toString('latin1', keyStart, keyEnd) : ''
    const code = op === Op.Binary ? `${request.opcode}/${request.status}` : ''
    const line = `${op} ${code} ${op === Op.Reject ? reply : ''} ${name} `
    if (!isStoring(request)) {
      this.lines.push(line)
      return
    }
    const { value, valueEnd, valueStart } = request
    const data = value.toString('latin1', valueStart, valueEnd)
    const begun = this.#isOpen ? this.lines.pop() : undefined
    if (part === Part.Abort) this.lines.push(`abort ${reply}`)
    else if (part === Part.Begin) this.lines.push(line)
    else if (part === Part.End) this.lines.push(begun ?? 'an end of nothing')
    else this.lines.push((begun ?? line) + data)
    this.#isOpen = part === Part.Begin || part === Part.Chunk
  }
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

describe.each([
  ['words of the text dialects', words],
  ['text with bytes changed', mutated(fc.oneof(text, words))],
  ['binary frames', frames],
  ['binary with bytes changed', mutated(fc.oneof(binary, frames))],
  ['noise', noise],
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
        LIMITS as fc.Parameters<[[Buffer, readonly Buffer[]]]>,
      )
    },
    MILLISECONDS + 60_000,
  )
})
