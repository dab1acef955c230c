/** Hot keys and slow requests are found alike in all three dialects. */
import { memcacheSight } from '@pelikan/entrystore'
import {
  BinaryCommand,
  MemcacheRequest,
  MemcacheResponse,
  Op,
  Part,
} from '@pelikan/protocol-memcache'
import { InProcessServer } from './in-process.ts'
import { describe, expect, it } from 'vitest'

interface Seen {
  readonly command: string
  readonly key: string | undefined
  readonly isMiss: boolean
  readonly bytes: number
}

/** What is seen of everything that `text` asks for. */
async function seen(text: string): Promise<Seen[]> {
  const list: Seen[] = []
  const server = new InProcessServer(
    [],
    (bytes) => [bytes],
    (request, response) => {
      const place = memcacheSight.commandOf(request)
      if (place < 0) return
      list.push({
        command: memcacheSight.commands[place],
        key: memcacheSight.isKeyed(request)
          ? request.key.toString('latin1', request.keyStart, request.keyEnd)
          : undefined,
        isMiss: memcacheSight.isMiss(request, response),
        bytes: memcacheSight.valueBytes(request, response),
      })
    },
  )
  await server.ask(text)
  return list
}

const line = ({ bytes, command, isMiss, key }: Seen): string =>
  `${command} ${key ?? '-'} ${bytes}${isMiss ? ' miss' : ''}`

/** A binary request. */
function binary(command: number, key: string, extras = '', value = ''): string {
  const head = Buffer.alloc(24)
  head[0] = 0x80
  head[1] = command
  head.writeUInt16BE(key.length, 2)
  head[4] = extras.length
  head.writeUInt32BE(extras.length + key.length + value.length, 8)
  return head.toString('latin1') + extras + key + value
}

describe('what is seen of', () => {
  it('the text dialect', async () => {
    const list = await seen(
      'set a 0 0 5\r\nhello\r\nget a b\r\ngets a\r\ngat 0 c\r\ntouch c 0\r\nincr c 1\r\ndelete a\r\n' +
        'add a 0 0 2 noreply\r\nhi\r\nstats settings\r\nversion\r\nnonsense key\r\n',
    )
    expect(list.map(line)).toEqual([
      'set a 5',
      'get a 5',
      'get b 0 miss',
      'gets a 5',
      'gat c 0 miss',
      'touch c 0',
      'incr c 0',
      'delete a 0',
      'add a 2',
      'other - 0',
      'other - 0',
      'other - 0',
    ])
  })

  it('the meta dialect, its keys decoded', async () => {
    const list = await seen(
      'ms a 5\r\nhello\r\nmg a v\r\nmg a\r\nmg Yg== b v\r\nmg b v q\r\nmd a\r\nma n\r\nmn\r\nme a\r\n',
    )
    expect(list.map(line)).toEqual([
      'meta_set a 5',
      'meta_get a 5',
      'meta_get a 0',
      'meta_get b 0 miss',
      'meta_get b 0 miss',
      'meta_delete a 0',
      'meta_arithmetic n 0',
      'other - 0',
      'other - 0',
    ])
  })

  it('the binary dialect', async () => {
    const zeros = '\0'.repeat(8)
    const list = await seen(
      binary(BinaryCommand.Set, 'a', zeros, 'hello') +
        binary(BinaryCommand.Get, 'a') +
        binary(BinaryCommand.GetKey, 'b') +
        binary(BinaryCommand.Delete, 'a') +
        binary(BinaryCommand.SaslAuth, 'PLAIN', '', '\0user\0password') +
        binary(BinaryCommand.Noop, ''),
    )
    expect(list.map(line)).toEqual([
      'set a 5',
      'gets a 5',
      'gets b 0 miss',
      'delete a 0',
      'other - 0',
      'other - 0',
    ])
  })

  it('a value in pieces, once, with its key and all of its bytes', async () => {
    const list = await seen(`set large 0 0 100000\r\n${'x'.repeat(100_000)}\r\nget large\r\n`)
    expect(list.map(line)).toEqual(['set large 100000', 'get large 100000'])
  })
})

it('a value that never completes is not seen', () => {
  const request = new MemcacheRequest()
  request.op = Op.Set
  for (const part of [Part.Begin, Part.Chunk, Part.Abort]) {
    request.part = part
    expect(memcacheSight.commandOf(request)).toBe(-1)
  }
  expect(memcacheSight.isMiss(request, new MemcacheResponse())).toBe(false)
})
