import type { ByteBuffer } from '@pelikan/buffer'
import { type Parser, ProtocolError } from '@pelikan/core'
import { testProtocol } from '@pelikan/testkit'

/** Requests are digits that end with a full stop; `!` is the end of the connection. */
class DigitsParser implements Parser<{ text: string }> {
  readonly partial = false

  parse(input: ByteBuffer): { text: string } | undefined {
    const text = input.bytes.toString('latin1', input.start, input.end)
    if (text.startsWith('!')) throw new ProtocolError('enough', Buffer.from('bye'))
    const end = text.indexOf('.')
    if (end < 0) return undefined
    input.consume(end + 1)
    return { text: text.slice(0, end) }
  }

  end(): undefined {}
}

testProtocol<{ text: string }, string>(() => new DigitsParser(), {
  record: (request, seen) => seen.push(request.text),
  cases: [
    { name: 'two and a half', input: '12.345.6', requests: ['12', '345'], rest: 1 },
    { name: 'bytes', input: Buffer.from('1.'), requests: ['1'] },
    { name: 'the end', input: '1.!2.', requests: ['1'], closes: 'bye' },
    { name: 'cut differently', input: '9.', requests: ['9'], whole: 'to show it' },
  ],
})
