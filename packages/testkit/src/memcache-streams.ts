/**
 * What clients of memcached may send, and what none would: streams of valid requests in each dialect,
 * words of a dictionary in any order, noise, and all of these with bytes changed.
 *
 * Keys are few, so that requests meet each other's items; values are of the lengths at which servers do
 * things differently.
 *
 * @module
 */
import fc from 'fast-check'

const KEYS = ['a', 'b', 'c', 'k'.repeat(250), '\x01\x80\xff']
const KEY = fc.constantFrom(...KEYS)
const NUMBER = fc.constantFrom('0', '1', '5', '007', '18446744073709551615')
const EXPTIME = fc.constantFrom('0', '0', '100', '-1', '2592001')
const NOREPLY = fc.constantFrom('', '', '', ' noreply')
const SMALL = fc.constantFrom('', '1', '99', 'hello', 'x\r\ny', 'v'.repeat(300))
const VALUE = fc.oneof(
  { weight: 30, arbitrary: SMALL },
  { weight: 5, arbitrary: fc.constant('w'.repeat(17_000)) },
  { weight: 1, arbitrary: fc.constant('z'.repeat(70_000)) },
)

const OPAQUE = fc.constantFrom('', ' Oabc', ' k Oxyz', ' q', ' q k')
const SHOWN = fc.constantFrom(
  '',
  ' v',
  ' v f s t',
  ' c h l',
  ' v N30 t',
  ' T60 v',
  ' R30 u',
  ' E9 N5',
)
const TERMS = fc.constantFrom(
  '',
  ' T30',
  ' C1',
  ' I C5',
  ' ME',
  ' MA',
  ' MP',
  ' MR',
  ' F7 c',
  ' E8 s',
)
const COUNTED = fc.constantFrom('', ' v', ' MD', ' N0 J7 v', ' D5 c', ' M- T9 t', ' C3')
const DISCARDED = fc.constantFrom('', ' I T30', ' x', ' C2', ' I')

const CLASSIC = fc.oneof(
  { weight: 3, arbitrary: line(fc.constantFrom('get', 'gets'), fc.array(KEY, { minLength: 1 })) },
  line(fc.constantFrom('gat', 'gats'), EXPTIME, fc.array(KEY, { minLength: 1, maxLength: 4 })),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('set', 'set', 'add', 'replace', 'append', 'prepend'),
        KEY,
        EXPTIME,
        VALUE,
        NOREPLY,
      )
      .map(
        ([verb, key, exptime, value, noreply]) =>
          `${verb} ${key} 7 ${exptime} ${value.length}${noreply}\r\n${value}\r\n`,
      ),
  },
  fc
    .tuple(KEY, VALUE, NUMBER, NOREPLY)
    .map(
      ([key, value, token, noreply]) =>
        `cas ${key} 0 0 ${value.length} ${token}${noreply}\r\n${value}\r\n`,
    ),
  ended(line(fc.constantFrom('incr', 'decr'), KEY, NUMBER)),
  ended(line(fc.constant('touch'), KEY, EXPTIME)),
  ended(line(fc.constant('delete'), KEY)),
  fc.constantFrom('version\r\n', 'verbosity 1\r\n', 'flush_all\r\n', 'flush_all 10 noreply\r\n'),
  fc.constantFrom('stats\r\n', 'stats settings\r\n', 'stats items\r\n', 'stats nothing\r\n'),
  fc.constantFrom('stats cachedump 1 0\r\n', 'stats cachedump 1 2\r\n'),
  fc.constantFrom('lru_crawler metadump all\r\n', 'lru_crawler mgdump all\r\n', 'shutdown\r\n'),
)

const META = fc.oneof(
  { weight: 3, arbitrary: meta('mg', SHOWN) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(KEY, TERMS, OPAQUE, VALUE)
      .map(
        ([key, terms, opaque, value]) =>
          `ms ${key} ${value.length}${terms}${opaque}\r\n${value}\r\n`,
      ),
  },
  meta('ma', COUNTED),
  meta('md', DISCARDED),
  fc.constantFrom('mn\r\n', 'me a\r\n', 'mg Yg== b k v\r\n', 'ms Yw== 1 b\r\n9\r\n'),
)

const FRAME = fc
  .record({
    opcode: fc.oneof(fc.nat({ max: 0x25 }), fc.nat({ max: 255 })),
    key: fc.constantFrom('', 'a', 'b', 'k'.repeat(250), 'k'.repeat(251)),
    extras: fc.constantFrom(0, 0, 4, 8, 8, 20, 21),
    value: VALUE,
    // Mostly what it should be.
    more: fc.constantFrom(0, 0, 0, 0, -1, 1, 100_000, 2 ** 31),
    opaque: fc.nat({ max: 2 ** 31 - 1 }),
  })
  .map(({ extras, key, more, opaque, opcode, value }) => {
    const length = extras + key.length + value.length + more
    return frame(opcode, key, Buffer.alloc(extras), value, opaque, Math.max(length, 0) >>> 0)
  })

const NO_KEY = fc.constant('')
const NO_VALUE = fc.constant('')
const REQUEST_FRAME = fc.oneof(
  { weight: 3, arbitrary: request([0x00, 0x09, 0x0c, 0x0d], 0, KEY, NO_VALUE) },
  { weight: 3, arbitrary: request([0x01, 0x02, 0x03, 0x11, 0x12, 0x13], 8, KEY, VALUE) },
  request([0x0e, 0x0f, 0x19, 0x1a], 0, KEY, VALUE),
  request([0x05, 0x06, 0x15, 0x16], 20, KEY, NO_VALUE),
  request([0x1c, 0x1d, 0x1e, 0x23, 0x24], 4, KEY, NO_VALUE),
  request([0x04, 0x14], 0, KEY, NO_VALUE),
  request([0x0a, 0x0b, 0x10, 0x08, 0x18], 0, NO_KEY, NO_VALUE),
)

const VERBS = [
  ...['get', 'gets', 'gat', 'gats', 'set', 'add', 'replace', 'append', 'prepend', 'cas', 'touch'],
  ...['delete', 'incr', 'decr', 'flush_all', 'verbosity', 'version', 'quit', 'stats', 'noreply'],
  ...['mg', 'ms', 'md', 'ma', 'me', 'mn', 'lru_crawler', 'metadump', 'cache_memlimit', 'slabs'],
]
const META_WORDS = [
  ...['v', 'k', 'q', 'b', 's', 't', 'c', 'f', 'h', 'l', 'u', 'x', 'I', 'T30', 'N-1', 'R5', 'Oabc'],
  ...['C1', 'E2', 'MA', 'MS', 'MX', 'J7', 'D2', 'F9', 'T', 'Zm9v'],
]
const ARGUMENTS = [
  ...['0', '1', '5', '-1', '20000', '4294967296', '18446744073709551616', 'a', 'key', 'all'],
  ...['k'.repeat(251), '\0', 'HTTP/1.1', '\x80', 'hello\r\n', '12345\r\n'],
]
const WORD = fc.constantFrom(...VERBS, ...META_WORDS, ...ARGUMENTS, '\r\n', '\n', '\r\n', ' ')

/** Streams by what they are made of. */
export const memcacheStreams: Readonly<
  Record<'text' | 'binary' | 'words' | 'frames' | 'noise', fc.Arbitrary<Buffer>>
> = {
  /** Requests of the classic and the meta dialect, all of them valid. */
  text: fc
    .array(fc.oneof(CLASSIC, META), { maxLength: 30 })
    .map((requests) => Buffer.from(requests.join(''), 'latin1')),
  /** Requests of the binary dialect, all of them valid. */
  binary: fc.array(REQUEST_FRAME, { minLength: 1, maxLength: 30 }).map((all) => Buffer.concat(all)),
  /** Words of the text dialects, in any order. */
  words: fc
    .array(fc.tuple(WORD, fc.constantFrom(' ', ' ', ' ', '', '\r\n')), { maxLength: 60 })
    .map((words) => Buffer.from(words.flat().join(''), 'latin1')),
  /** Frames of the binary dialect, with any opcode and parts that need not fit it. */
  frames: fc.array(FRAME, { minLength: 1, maxLength: 12 }).map((all) => Buffer.concat(all)),
  noise: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
}

const CHANGE = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), cut: fc.nat({ max: 3 }) })

/** The same with up to four bytes changed, or gone. */
export function mutated(source: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
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

function line(...words: readonly fc.Arbitrary<string | string[]>[]): fc.Arbitrary<string> {
  return fc.tuple(...words).map((all) => `${all.flat().join(' ')}\r\n`)
}

/** A line with or without `noreply`. */
function ended(command: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(command, NOREPLY).map(([text, noreply]) => text.replace('\r\n', `${noreply}\r\n`))
}

function meta(verb: string, flags: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(KEY, flags, OPAQUE).map(([key, some, more]) => `${verb} ${key}${some}${more}\r\n`)
}

function request(
  opcodes: readonly number[],
  extras: number,
  key: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.constantFrom(...opcodes), key, value, fc.nat({ max: 2 ** 31 - 1 }))
    .map(([opcode, name, data, opaque]) => frame(opcode, name, Buffer.alloc(extras), data, opaque))
}

function frame(
  opcode: number,
  key: string,
  extras: Buffer,
  value: string,
  opaque: number,
  length: number = extras.length + key.length + value.length,
): Buffer {
  const header = Buffer.alloc(24)
  header.set([0x80, opcode, key.length >>> 8, key.length & 255, extras.length])
  header.writeUInt32BE(length, 8)
  header.writeUInt32BE(opaque, 12)
  return Buffer.concat([header, extras, Buffer.from(key + value, 'latin1')])
}
