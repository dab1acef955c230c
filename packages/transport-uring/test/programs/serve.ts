/**
 * A server as a process of its own: `node serve.ts HOW`, where HOW says how it is to end once a client
 * sends `end`. Prints its port; `workers` runs the transport on a thread, whose main thread ends.
 */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { ListenAddress } from '@pelikan/core'
import { EchoServer } from '../echo.ts'

type How = 'signal' | 'exit' | 'throw' | 'thread-exit' | 'thread-throw' | 'thread-terminate'

const how = (isMainThread ? process.argv[2] : workerData) as How
const up = parentPort
const port = ({ port: at }: { port: number }) => process.stdout.write(`${at}\n`)

if (how.startsWith('thread') && isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: how })
  worker.on('message', (message: { port: number } | 'end') => {
    if (message !== 'end') return port(message)
    if (how === 'thread-exit') process.exit(3)
    if (how === 'thread-throw') throw new Error('as the test wants')
    return void worker.terminate().then(() => process.exit(3))
  })
} else {
  process.on('SIGTERM', () => process.exit(3))
  const server = new EchoServer()
  const echo = server.serve.bind(server)
  const address = await server.transport.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    const receiver = echo(connection)
    return {
      ...receiver,
      receive(bytes, start, end) {
        const ends = bytes.includes('end', start, 'latin1') && end - start < 10
        receiver.receive(bytes, start, end)
        if (!ends) return
        if (up !== null) up.postMessage('end', [])
        else if (how === 'exit') process.exit(3)
        else if (how === 'throw') throw new Error('as the test wants')
        else process.kill(process.pid, 'SIGTERM')
      },
    }
  })
  const where = address as Extract<ListenAddress, { port: number }>
  if (up === null) port(where)
  else up.postMessage(where, [])
}
