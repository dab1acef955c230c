/**
 * The file of a Unix socket outlives a server that was killed. A file that nobody listens behind is
 * removed; one that answers, or that is no socket, is left alone.
 *
 * @module
 */
import { lstat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'

/** Remove the socket file at `path` if it is stale; the following `listen` fails where it is not. */
export async function removeStaleSocket(path: string): Promise<void> {
  const file = await lstat(path).catch(() => undefined)
  if (file?.isSocket() !== true) return
  if (await refusesConnections(path)) await unlink(path)
}

function refusesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(false)
    })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
  })
}
