import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { MemcacheClient } from '../storage/memcache-client.ts'

let server: Server
let client: MemcacheClient
const received: string[] = []

/** A server that gives `answers`, one for each run of bytes it gets. */
async function connect(answers: readonly string[]): Promise<void> {
  received.length = 0
  const left = [...answers]
  server = createServer((socket: Socket) =>
    socket.on('data', (bytes) => {
      received.push(bytes.toString('latin1'))
      for (const byte of left.shift() ?? '') socket.write(byte, 'latin1')
    }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = await MemcacheClient.connect((server.address() as AddressInfo).port)
}

afterEach(() => {
  client.close()
  server.close()
})

it('waits for the version, which begins as a value does', async () => {
  await connect(['VERSION 1.6.18\r\n'])
  client.set(7, 3, Buffer.from('xhellox'), 1, 6)
  await client.settle()
  expect(received.join('')).toBe('set 0000000000000007 0 3 5 noreply\r\nhello\r\nversion\r\n')
})

it('gives each value with its number, however the answer is cut', async () => {
  await connect([
    'VALUE 0000000000000012 0 4\r\n\r\n\r\n\r\nVALUE 0000000000000034 0 0\r\n\r\nEND\r\n',
  ])
  const values: [number, string][] = []
  await client.get(Int32Array.of(12, 34, 56), 3, (number, bytes, start, end) =>
    values.push([number, bytes.toString('latin1', start, end)]),
  )
  expect(values).toEqual([
    [12, '\r\n\r\n'],
    [34, ''],
  ])
  expect(received).toEqual(['get 0000000000000012 0000000000000034 0000000000000056\r\n'])
})

it('says what a server refused', async () => {
  await connect(['SERVER_ERROR out of memory\r\n'])
  await expect(client.settle()).rejects.toThrow('out of memory')
})
