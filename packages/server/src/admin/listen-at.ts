import type { Server } from 'node:net'
import { type ListenAddress, isAmongLast, listenError } from '@pelikan/core'

/** Descriptors that operators do not get: fewer than what clients leave, so there are some for operators. */
const RESERVE = 4

/**
 * Let `server` listen for operators.
 *
 * @param port 0 for one that the system chooses
 * @returns where it listens
 * @throws ListenError where it cannot
 */
export function listenAt(server: Server, host: string, port: number): Promise<ListenAddress> {
  const isSpare = isAmongLast(RESERVE)
  server.on('connection', (socket) => {
    if (isSpare(socket)) socket.destroy()
  })
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      reject(listenError({ host, port }, error))
    }
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      // Out of descriptors, say: who waits may try again.
      server.on('error', () => {})
      const bound = server.address()
      resolve({ host, port: typeof bound === 'object' ? (bound?.port ?? port) : port })
    })
  })
}
