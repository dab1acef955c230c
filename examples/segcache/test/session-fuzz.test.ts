/**
 * Whole sessions against what clients send and what none would, in all dialects, cut anywhere, read as
 * slowly as it comes. `FUZZ_SECONDS` is how long all kinds of streams are tried together, 3 by default, or
 * `FUZZ_RUNS` how many of each; `FUZZ_SEED` repeats what was found.
 *
 * Whatever comes: no exception, nothing that is stuck, memory within its limit and given back, and one
 * reply for each request, of which a parser by itself says what they are. Behind it, a client that goes on
 * sending is answered, waits for the rest of its own value, or was hung up on.
 */
import { ByteBuffer } from '@pelikan/buffer'
import { ProtocolError } from '@pelikan/core'
import {
  BinaryCommand,
  MemcacheParser,
  type MemcacheRequest,
  Op,
  Part,
} from '@pelikan/protocol-memcache'
import { anyCuts, memcacheStreams, mutated } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SegcacheInProcess, isOver } from './in-process.ts'
import { countTextReplies, opaquesOfReplies } from './replies.ts'

const { binary, frames, noise, text, words } = memcacheStreams
const STREAMS: Readonly<Record<string, fc.Arbitrary<Buffer>>> = {
  'valid text': text,
  'text with bytes changed': mutated(fc.oneof(text, words)),
  'valid binary': binary,
  'binary with bytes changed': mutated(fc.oneof(binary, frames)),
  'one dialect behind the other, and noise': fc
    .tuple(fc.oneof(text, binary), fc.oneof(text, binary, noise))
    .map((both) => Buffer.concat(both)),
}

const { FUZZ_RUNS, FUZZ_SECONDS = '3', FUZZ_SEED } = process.env
/** Each of the kinds of streams, and the streams that are cut short. */
const MILLISECONDS = (Number(FUZZ_SECONDS) * 1000) / (Object.keys(STREAMS).length + 1)
const LIMITS = {
  ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
  ...(FUZZ_RUNS === undefined
    ? { numRuns: 1e9, interruptAfterTimeLimit: MILLISECONDS }
    : { numRuns: Number(FUZZ_RUNS) }),
}

const MIB = 1024 * 1024
/** One session's input, an answer beyond the high water, and what was unsent. */
const MEMORY_MAX = 6 * MIB
const MAGIC = 0x80

const NOOP = Buffer.alloc(24)
NOOP.set([MAGIC, 0x0a])
/** The longest of them. */
const SENTINEL_BYTES = 1100
/** More than the longest value that is gathered, of requests that say what they are about. */
const SENTINELS: Readonly<Record<'text' | 'binary', Buffer>> = {
  text: Buffer.from(`\r\n${`mn ${'x'.repeat(1000)}\r\n`.repeat(20)}`),
  binary: Buffer.concat(Array.from<Buffer>({ length: 850 }).fill(NOOP)),
}

describe.each(Object.entries(STREAMS))('%s', (_, streams) => {
  it(
    'gets one reply for each request, and costs nothing afterwards',
    async () => {
      const cut = streams.chain((bytes) =>
        fc.tuple(
          anyCuts(bytes),
          fc.constantFrom(0, 1, 100, 20_000, Infinity),
          fc.constant(bytes[0] === MAGIC ? ('binary' as const) : ('text' as const)),
        ),
      )
      const property = fc.asyncProperty(cut, async ([pieces, reads, dialect]) => {
        const server = new SegcacheInProcess()
        await server.listening
        const connection = server.connect()
        const all = [...pieces, SENTINELS[dialect]]
        server.deliver(connection, all, reads)
        const { budget } = server.transport
        const asked = askedBy(all)

        expect(server.failures).toEqual([])
        expect(server.peakMemory).toBeLessThanOrEqual(MEMORY_MAX)
        const over = isOver(connection)
        if (dialect === 'text') expectReplies(connection.sent, asked, over)
        else expectOpaques(connection.sent, asked, over)
        if (!over && !asked.isClosed) {
          const answered = connection.sent.endsWith(dialect === 'text' ? 'MN\r\n' : noopReply())
          expect(answered).toBe(asked.isIdle)
          // What is no request is part of a value, and nobody keeps it.
          expect(asked.unread).toBeLessThan(SENTINEL_BYTES)
        }

        server.leave(connection)
        expect(budget.used).toBe(0)
        expect(server.openSessions).toBe(0)
        server.storage.check()
      })
      await fc.assert(property, LIMITS)
    },
    MILLISECONDS + 60_000,
  )
})

const LARGE = `${'v'.repeat(100_000)}\r\n`
const LARGE_SET = Buffer.from(`set large 0 0 100000\r\n${LARGE}`)
const LARGE_META = Buffer.from(`ms large 100000 MA N0\r\n${LARGE}`)

describe('clients that go away in the middle', () => {
  it(
    'leave nothing behind',
    async () => {
      const begun = fc.oneof(text, binary, fc.constantFrom(LARGE_SET, LARGE_META))
      const abandoned = fc
        .tuple(begun, fc.nat())
        .map(([bytes, at]) => bytes.subarray(0, at % (bytes.length + 1)))
      const some = fc.array(abandoned, { minLength: 25, maxLength: 50, size: 'max' })
      const property = fc.asyncProperty(some, async (streams) => {
        const server = new SegcacheInProcess()
        await server.listening
        for (const bytes of streams) {
          const connection = server.connect()
          server.deliver(connection, [bytes], Infinity)
          server.leave(connection)
          expect(server.transport.budget.used).toBe(0)
        }
        expect(server.failures).toEqual([])
        expect(server.openSessions).toBe(0)
        server.storage.check()
        // Room that is held for values that never came would be missing now.
        const connection = server.connect()
        server.deliver(connection, [LARGE_SET], Infinity)
        expect(connection.sent).toBe('STORED\r\n')
      })
      await fc.assert(property, LIMITS)
    },
    MILLISECONDS + 60_000,
  )
})

/** What a client asked for. */
interface Asked {
  /** Replies to text requests, at least and at most. */
  readonly least: number
  readonly most: number
  /** Opaques of binary requests, in order. */
  readonly opaques: readonly number[]
  readonly isClosed: boolean
  /** The last of the sentinels was a request: none of them was taken for a value. */
  readonly isIdle: boolean
  /** Bytes that are neither a request nor of one that has begun. */
  readonly unread: number
}

/** What `pieces` ask for, by a parser that hands its requests to nobody. */
function askedBy(pieces: readonly Buffer[]): Asked {
  const parser = new MemcacheParser()
  const input = new ByteBuffer({ initial: 2048, limit: 8 * MIB })
  const asked = { least: 0, most: 0, opaques: [] as number[], isClosed: false, isIdle: false }
  try {
    for (const piece of pieces) {
      input.append(piece, 0, piece.length)
      for (;;) {
        const request = parser.parse(input)
        if (request === undefined) break
        asked.most += repliesTo(request)
        if (!mayBeSilent(request)) asked.least += repliesTo(request)
        if (request.op === Op.Binary) asked.opaques.push(request.opaque)
        asked.isIdle = isNoop(request)
        if (request.op === Op.Quit || (request.op === Op.Binary && closes(request))) {
          return { ...asked, isClosed: true, unread: 0 }
        }
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { ...asked, isClosed: true, unread: 0 }
  }
  // Part of a value came behind the last request.
  if (parser.partial || input.length > 0) asked.isIdle = false
  return { ...asked, unread: input.length }
}

function isNoop({ command, op }: MemcacheRequest): boolean {
  return op === Op.MetaNoop || (op === Op.Binary && command === BinaryCommand.Noop)
}

/** Replies to a text request, at most. */
function repliesTo(request: MemcacheRequest): number {
  const { noreply, op, part } = request
  if (noreply || op === Op.Quit) return 0
  if (op >= Op.Get && op <= Op.Gats) return request.last ? 1 : 0
  const stores = (op >= Op.Set && op <= Op.Cas) || op === Op.MetaSet
  if (stores && (part === Part.Begin || part === Part.Chunk)) return 0
  // The OK and the end of a dump.
  return op === Op.Administer ? 2 : 1
}

/** Whether fewer than that are right, too. */
function mayBeSilent({ meta, op }: MemcacheRequest): boolean {
  return op === Op.Administer || (op >= Op.MetaGet && op <= Op.MetaDebug && meta.quiet)
}

const QUITS: ReadonlySet<number> = new Set([0x07, 0x17])

function closes(request: MemcacheRequest): boolean {
  return request.closes || QUITS.has(request.opcode)
}

function expectReplies(sent: string, asked: Asked, over: boolean): void {
  const count = countTextReplies(sent)
  // What a session says when it hangs up is no reply to a request.
  expect(count).toBeLessThanOrEqual(asked.most + (over || !asked.isIdle ? 1 : 0))
  if (!over && !asked.isClosed) expect(count).toBeGreaterThanOrEqual(asked.least)
}

/** Every reply names a request, in the order of the requests. */
function expectOpaques(sent: string, asked: Asked, over: boolean): void {
  const { opaques } = asked
  let next = 0
  for (const opaque of opaquesOfReplies(sent)) {
    // Statistics come in many replies to one request.
    if (next > 0 && opaques[next - 1] === opaque) continue
    const place = opaques.indexOf(opaque, next)
    expect(place).toBeGreaterThanOrEqual(0)
    next = place + 1
  }
  if (!over && !asked.isClosed && asked.isIdle) expect(next).toBeGreaterThan(0)
}

function noopReply(): string {
  return `\x81\x0a${'\0'.repeat(22)}`
}
