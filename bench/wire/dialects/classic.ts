/** `get KEY`, as the other dialects here are asked: the load generator's own codec checks keys as well. */
import type { MakeCodec } from '@pelikan/loadgen'
import { type Dialect, GetCodec, KEY_BYTES } from './get-codec.ts'
import { valueBytes } from './value-bytes.ts'

const text = (words: string): Buffer => Buffer.from(words, 'latin1')

export const makeCodec: MakeCodec = (load, share) => {
  const length = valueBytes(load)
  const dialect: Dialect = {
    probe: { request: 'version\r\n', reply: 'VERSION ' },
    get: [text('get '), text('\r\n')],
    hit: {
      front: text('VALUE '),
      unknown: KEY_BYTES,
      back: [text(` 0 ${length}\r\n`), text('\r\nEND\r\n')],
    },
    set: [text('set '), text(` 0 0 ${length}\r\n`), text('\r\n')],
    stored: text('STORED\r\n'),
    storedUnknown: 0,
  }
  return new GetCodec(dialect, load, share)
}
