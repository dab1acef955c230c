/** `mg KEY v`, for the load generator: a module of a protocol. */
import type { MakeCodec } from '@pelikan/loadgen'
import { type Dialect, GetCodec } from './get-codec.ts'
import { valueBytes } from './value-bytes.ts'

const text = (words: string): Buffer => Buffer.from(words, 'latin1')

export const makeCodec: MakeCodec = (load, share) => {
  const length = valueBytes(load)
  const dialect: Dialect = {
    probe: { request: 'mn\r\n', reply: 'MN\r\n' },
    get: [text('mg '), text(' v\r\n')],
    hit: { front: text(`VA ${length}\r\n`), unknown: 0, back: [text(''), text('\r\n')] },
    set: [text('ms '), text(` ${length}\r\n`), text('\r\n')],
    stored: text('HD\r\n'),
    storedUnknown: 0,
  }
  return new GetCodec(dialect, load, share)
}
