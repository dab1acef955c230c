/** Serves on a free port, speaks to the server as a client would, prints the conversation, stops. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { ProcessBuilder } from '@pelikan/server'
import { parts } from './composition.ts'

const CONVERSATION = [
  ['PING\r\n', '+PONG\r\n'],
  ['SET greeting hello EX 60\r\n', '+OK\r\n'],
  ['*2\r\n$3\r\nGET\r\n$8\r\ngreeting\r\n', '$5\r\nhello\r\n'],
  ['DEL greeting nothing\r\n', ':1\r\n'],
  ['GET greeting\r\n', '$-1\r\n'],
  ['FLY\r\n', '-ERR unknown command\r\n'],
  ['QUIT\r\n', '+OK\r\n'],
] as const

const server = new ProcessBuilder(parts, { listen: [{ host: '127.0.0.1', port: 0 }] }).spawn()
await server.listening
const socket = connect(server.address)
socket.setTimeout(5000, () => socket.destroy(new Error('no answer within 5 s')))
for (const [request, expected] of CONVERSATION) {
  socket.write(request)
  let answer = ''
  while (answer.length < expected.length) answer += String((await once(socket, 'data'))[0])
  console.log(JSON.stringify(request).padEnd(44), JSON.stringify(answer))
  assert.equal(answer, expected)
}
await once(socket, 'close')
await server.stop()
