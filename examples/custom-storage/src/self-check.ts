/** Serves on a free port, speaks to the server as a client would, prints the conversation, stops. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { ProcessBuilder } from '@pelikan/server'
import { ITEMS_MAX, parts } from './composition.ts'

/** As many items as there is room for, stored without an answer. */
const FLOOD = Array.from({ length: ITEMS_MAX }, (_, i) => `set ${i} 0 0 1 noreply\r\nx\r\n`)

const CONVERSATION = [
  ['set greeting 0 60 5\r\nhello\r\n', 'STORED\r\n'],
  ['get greeting\r\n', 'VALUE greeting 0 5\r\nhello\r\nEND\r\n'],
  ['set visits 0 0 1\r\n9\r\n', 'STORED\r\n'],
  ['incr visits 1\r\n', '10\r\n'],
  // In pieces, because it is longer than 16 KiB: reserve, write .., set.
  [`set large 0 0 60000\r\n${'x'.repeat(60_000)}\r\n`, 'STORED\r\n'],
  [
    `set larger 0 0 70000\r\n${'x'.repeat(70_000)}\r\n`,
    'SERVER_ERROR object too large for cache\r\n',
  ],
  // The oldest items have made room.
  [`${FLOOD.join('')}get greeting\r\n`, 'END\r\n'],
] as const

const server = new ProcessBuilder(parts, { listen: [{ host: '127.0.0.1', port: 0 }] }).spawn()
await server.listening
const socket = connect(server.address)
socket.setTimeout(5000, () => socket.destroy(new Error('no answer within 5 s')))
for (const [request, expected] of CONVERSATION) {
  socket.write(request)
  let answer = ''
  while (answer.length < expected.length) answer += String((await once(socket, 'data'))[0])
  const sent = request.length > 40 ? `${request.slice(0, 37)}...` : request
  console.log(JSON.stringify(sent).padEnd(46), JSON.stringify(answer))
  assert.equal(answer, expected)
}
socket.end()
await server.stop()
