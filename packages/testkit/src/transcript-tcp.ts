import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { TranscriptConnection, TranscriptServer } from './transcript-run.ts'

const DEFAULT_TIMEOUT_MS = 2000

/** A server that listens on TCP, for {@link runTranscript}. */
export function tcpServer(
  host: string,
  port: number,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): TranscriptServer {
  return {
    connect: () => open(host, port, timeoutMs),
    wait: async (milliseconds) => {
      await delay(milliseconds)
    },
  }
}

function open(host: string, port: number, timeoutMs: number): Promise<TranscriptConnection> {
  const { promise, reject, resolve } = Promise.withResolvers<TranscriptConnection>()
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
  const come: Buffer[] = []
  let closed = false
  let wake = (): void => {}
  socket.on('data', (bytes: Buffer) => {
    come.push(bytes)
    wake()
  })
  const onClosed = (): void => {
    closed = true
    wake()
  }
  socket.on('end', onClosed)
  socket.on('close', onClosed)
  // Before the connection stands an error ends the attempt; after that it is an end like any other.
  socket.on('error', reject)
  socket.once('connect', () => {
    resolve({
      write: (bytes) => void socket.write(bytes),
      read: async () => {
        const until = performance.now() + timeoutMs
        while (come.length === 0 && !closed) {
          const left = until - performance.now()
          if (left <= 0) throw new Error(`nothing came within ${timeoutMs} ms`)
          const woken = Promise.withResolvers<void>()
          const timer = setTimeout(woken.resolve, left)
          wake = woken.resolve
          await woken.promise
          clearTimeout(timer)
        }
        return come.length > 0 ? Buffer.concat(come.splice(0)) : undefined
      },
      end: () => void socket.end(),
      destroy: () => void socket.destroy(),
    })
  })
  return promise
}
