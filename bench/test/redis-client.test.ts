import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { RedisClient } from '../storage/redis-client.ts'

let server: Server
let client: RedisClient
let received = ''

/** A server that gives `answer`, byte by byte, to the first bytes it gets. */
async function connect(answer: string): Promise<void> {
  received = ''
  server = createServer((socket: Socket) => {
    socket.once('data', () => {
      for (const byte of answer) socket.write(byte, 'latin1')
    })
    socket.on('data', (bytes) => (received += bytes.toString('latin1')))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = await RedisClient.connect((server.address() as AddressInfo).port)
}

afterEach(() => {
  client.close()
  server.close()
})

it('sets each key to its own value', async () => {
  await connect('+OK\r\n+OK\r\n')
  await client.set(7, 9, (number) => Buffer.from(`v${number}`))
  const set = (key: string, value: string): string =>
    `*3\r\n$3\r\nSET\r\n$16\r\n${key.padStart(16, '0')}\r\n$${value.length}\r\n${value}\r\n`
  expect(received).toBe(set('7', 'v7') + set('8', 'v8'))
})

it('gives each value with its number, and none for what is not there', async () => {
  await connect('$4\r\n\r\n\r\n\r\n$-1\r\n$0\r\n\r\n')
  const values: [number, string][] = []
  await client.get(12, 15, (number, bytes, start, end) =>
    values.push([number, bytes.toString('latin1', start, end)]),
  )
  expect(values).toEqual([
    [12, '\r\n\r\n'],
    [14, ''],
  ])
})

it('says what a server refused', async () => {
  await connect('-OOM command not allowed\r\n')
  await expect(client.set(0, 1, () => Buffer.from('a'))).rejects.toThrow('OOM')
})
