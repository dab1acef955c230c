import {
  BinaryCommand,
  MAX_PENDING_BYTES,
  MemcacheParser,
  type MemcacheRequest,
  Part,
} from '@pelikan/protocol-memcache'
import { ByteBuffer } from '@pelikan/buffer'
import { testProtocol } from '@pelikan/testkit'
import { expect, it } from 'vitest'

const COMMANDS = new Map<number, string>(
  Object.entries(BinaryCommand).map(([name, command]) => [command, name]),
)

function record(request: MemcacheRequest, lines: string[]): void {
  const { cas, command, exptime, flags, initial, number, opaque } = request
  if (command === BinaryCommand.Reject) {
    lines.push(`reject ${request.status}${request.closes ? ' closes' : ''}`)
    return
  }
  const isStoring = command >= BinaryCommand.Set && command <= BinaryCommand.Replace
  const value = isStoring
    ? request.value.toString('latin1', request.valueStart, request.valueEnd)
    : ''
  if (isStoring && request.part === Part.Chunk) {
    lines.push((lines.pop() ?? '') + value)
    return
  }
  if (isStoring && request.part === Part.End) return
  const key = request.key.toString('latin1', request.keyStart, request.keyEnd)
  const name = `${COMMANDS.get(command)}${request.noreply ? 'Q' : ''}`
  const line = [name, key, `opaque=${opaque}`, `cas=${cas.high}:${cas.low}`]
  if (flags !== 0 || exptime !== 0) line.push(`flags=${flags} exptime=${exptime}`)
  if (command === BinaryCommand.Increment) line.push(`by ${number.low} from ${initial.low}`)
  if (isStoring) line.push(`= ${request.part === Part.Whole ? value : ''}`)
  lines.push(line.join(' '))
}

/** A request, its opaque 7 and its token 0 unless said otherwise. */
function frame(opcode: number, key = '', extras = '', value = '', cas = '0'.repeat(16)): string {
  const body = Buffer.concat([
    Buffer.from(extras, 'hex'),
    Buffer.from(key, 'latin1'),
    Buffer.from(value, 'latin1'),
  ])
  const header = Buffer.alloc(24)
  header.set([0x80, opcode, key.length >>> 8, key.length & 255, extras.length / 2])
  header.writeUInt32BE(body.length, 8)
  header.writeUInt32BE(7, 12)
  header.write(cas, 16, 'hex')
  return Buffer.concat([header, body]).toString('latin1')
}

const large = 'v'.repeat(70_000)

testProtocol<MemcacheRequest, string>(() => new MemcacheParser(), {
  record,
  cases: [
    { name: 'get', input: frame(0, 'a'), requests: ['Get a opaque=7 cas=0:0'] },
    {
      name: 'quiet ones and a noop',
      input: frame(9, 'a') + frame(0x0d, 'b') + frame(0x0a),
      requests: ['GetQ a opaque=7 cas=0:0', 'GetKeyQ b opaque=7 cas=0:0', 'Noop  opaque=7 cas=0:0'],
    },
    {
      name: 'set',
      input:
        frame(1, 'a', '0000002a00000005', 'hi', '0000000100000002') +
        frame(0x11, 'a', '0'.repeat(16)),
      requests: ['Set a opaque=7 cas=1:2 flags=42 exptime=5 = hi', 'SetQ a opaque=7 cas=0:0 = '],
    },
    {
      name: 'a large value',
      input: frame(2, 'a', '0'.repeat(16), large) + frame(0x0a),
      requests: [`Add a opaque=7 cas=0:0 = ${large}`, 'Noop  opaque=7 cas=0:0'],
    },
    {
      name: 'incr',
      input: frame(5, 'a', '000000000000000300000000000000090000000a'),
      requests: ['Increment a opaque=7 cas=0:0 flags=0 exptime=10 by 3 from 9'],
    },
    {
      name: 'unknown, with a body',
      input: frame(0x50, 'abc', '0102', large) + frame(0x0a),
      requests: ['reject 129', 'Noop  opaque=7 cas=0:0'],
    },
    {
      name: 'a key too long',
      input: frame(0, 'k'.repeat(251)),
      requests: ['reject 4 closes'],
      whole: 'what follows the header is not waited for',
    },
    { name: 'an open header', input: frame(0x0a).slice(0, 23), requests: [], rest: 23 },
    { name: 'an open key', input: frame(0, 'abc').slice(0, 26), requests: [], rest: 26 },
    {
      name: 'another first byte',
      input: `${frame(0x0a)}\x81${'\0'.repeat(23)}`,
      requests: ['Noop  opaque=7 cas=0:0'],
      closes: '',
    },
  ],
})

it('waits for no more than a small value', () => {
  const parser = new MemcacheParser()
  const input = new ByteBuffer({ initial: 64, limit: 4 * 1024 * 1024 })
  const bytes = Buffer.from(frame(1, 'a', '0'.repeat(16), 'v'.repeat(16_000)), 'latin1')
  input.append(bytes, 0, bytes.length - 1)
  expect(parser.parse(input)).toBeUndefined()
  expect(input.length).toBeLessThan(MAX_PENDING_BYTES)
})
