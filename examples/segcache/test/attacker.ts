/**
 * A client that means harm, in a process of its own so that it does not slow down whoever measures:
 * `node attacker.ts KIND PORT`. It prints `ready` once the harm is under way and goes on until killed.
 */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

const [kind, port] = process.argv.slice(2)

async function client(): Promise<Socket> {
  const socket = connect(Number(port), '127.0.0.1')
  // The server may close on an attacker; that is its right.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Write `text` again and again, as fast as it is taken. */
function flood(socket: Socket, text: string | Buffer): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(text));
  }
  socket.on('drain', write)
  write()
}

const attacks: Record<string, () => Promise<void>> = {
  /** 50 connections ask for large values without end and read nothing. */
  async 'never-reads'() {
    for (let i = 0; i < 50; i++) {
      const socket = await client()
      socket.pause()
      flood(socket, 'get big\r\n'.repeat(1000))
    }
  },
  /** 200 connections send a request at one byte a second. */
  async drips() {
    const text = 'set slow 0 0 100000\r\n'
    const sockets = await Promise.all(Array.from({ length: 200 }, client))
    let at = 0
    setInterval(() => {
      for (const socket of sockets) socket.write(at < text.length ? text[at] : 'x')
      at++
    }, 1000)
    for (const socket of sockets) socket.write(text.slice(0, 4))
  },
  /** Pipelines a million requests at a time, and reads the answers. */
  async pipelines() {
    const socket = await client()
    socket.resume()
    flood(socket, 'get small\r\n'.repeat(1_000_000))
  },
  /** The same, and reads nothing. */
  async 'pipelines-unread'() {
    const socket = await client()
    socket.pause()
    flood(socket, 'get small\r\n'.repeat(1_000_000))
  },
  /** Announces a value of 1 GB and sends it. */
  async 'huge-value'() {
    const socket = await client()
    socket.resume()
    socket.write(`set huge 0 0 ${1024 ** 3}\r\n`)
    flood(socket, Buffer.alloc(1024 * 1024, 'x'))
  },
  /** 200 connections announce a value of just under 1 MB, send most of it, and wait. */
  async 'half-values'() {
    for (let i = 0; i < 200; i++) {
      const socket = await client()
      socket.resume()
      socket.write(`set half${i} 0 0 1000000\r\n`)
      socket.write(Buffer.alloc(900_000, 'x'))
    }
  },
  /** 100 connections send a line of keys that does not end. */
  async 'endless-line'() {
    for (let i = 0; i < 100; i++) {
      const socket = await client()
      socket.resume()
      socket.write('get ')
      for (let written = 0; written < 1_000_000; written += 50_000) {
        socket.write('key '.repeat(12_500))
      }
    }
  },
}

await attacks[kind]()
process.stdout.write('ready\n')
