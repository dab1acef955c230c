/** A protocol of somebody else: what is sent comes back. */
import { type Codec, expectBytes, INCOMPLETE, NO_MORE } from '@pelikan/loadgen'

const HELLO = Buffer.from('hello\n')

export function makeCodec(): Codec {
  const counts = { keys: 0, misses: 0, refused: 0 }
  return {
    probe: { request: 'hello\n', reply: 'hello\n' },
    memoLength: 0,
    maxRequestBytes: HELLO.length,
    forget() {},
    fill: () => ({ write: () => NO_MORE }),
    requests: { write: (_connection, out, at) => at + HELLO.copy(out, at) },
    check(bytes, start, end) {
      const at = expectBytes(HELLO, bytes, start, end)
      if (at !== INCOMPLETE) counts.keys++
      return at
    },
    counts,
  }
}
