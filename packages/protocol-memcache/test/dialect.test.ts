/** Which dialects a connection may speak, which its first byte says. */
import { ByteBuffer } from '@pelikan/buffer'
import { ProtocolError } from '@pelikan/core'
import { BinaryCommand, MemcacheParser, Op } from '@pelikan/protocol-memcache'
import { expect, it } from 'vitest'

const VERSION = { ascii: Buffer.from('version\r\n'), binary: Buffer.alloc(24) }
VERSION.binary.set([0x80, 0x0b])

function parse(speaks: 'auto' | 'ascii' | 'binary' | undefined, bytes: Buffer) {
  const parser = new MemcacheParser(speaks === undefined ? {} : { speaks })
  const input = new ByteBuffer({ initial: 64, limit: 64 })
  input.append(bytes, 0, bytes.length)
  return parser.parse(input)
}

it.each([undefined, 'auto'] as const)('%s: both', (speaks) => {
  expect(parse(speaks, VERSION.ascii)?.op).toBe(Op.Version)
  expect(parse(speaks, VERSION.binary)?.command).toBe(BinaryCommand.Version)
})

it.each([
  ['ascii', 'binary'],
  ['binary', 'ascii'],
] as const)('%s only: who speaks %s is hung up on without an answer', (speaks, other) => {
  expect(parse(speaks, VERSION[speaks])).toBeDefined()
  // The first byte is enough.
  const refused = () => parse(speaks, VERSION[other].subarray(0, 1))
  expect(refused).toThrow(new ProtocolError(`this server speaks ${speaks} only`))
  expect(refused).toThrow(expect.objectContaining({ reply: undefined }))
})
