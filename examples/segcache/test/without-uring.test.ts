/** Segcache where the system forbids io_uring, as containers do: `auto` falls back and says so, `uring` refuses. */
import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { chooseTransport } from '@pelikan/transport-auto'
import { describe, expect, it } from 'vitest'
import { startOn } from './data-planes.ts'
import { segcache, segcacheThreads } from './servers.ts'

const FORBID = fileURLToPath(
  new URL('../../../packages/transport-uring/test/programs/forbidden.ts', import.meta.url),
)
/** What Docker's profile answers, and what a kernel without io_uring does. */
const ERRNOS = { EPERM: 1, ENOSYS: 38 }

function under(errno: number): readonly string[] {
  return [process.execPath, '--no-warnings', FORBID, String(errno)]
}

async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port)
  socket.end(text)
  let answer = ''
  for await (const bytes of socket) answer += String(bytes)
  return answer
}

describe.runIf(chooseTransport('auto').name === 'uring').concurrent('io_uring is forbidden', () => {
  it.each([
    ['EPERM', segcache],
    ['ENOSYS', segcacheThreads],
  ] as const)('by %s: a server on net serves and says why', async (errno, tested) => {
    const server = await startOn({ tested, transport: 'auto' }, [], under(ERRNOS[errno]))
    try {
      const lines = server.output().split('\n')
      const log = lines.filter((line) => line.includes('transport net, because'))
      expect(log).toHaveLength(1)
      expect(log[0]).toContain('seccomp')
      expect(await talk(server.port, 'set a 0 0 1\r\n1\r\nget a\r\nquit\r\n')).toBe(
        'STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n',
      )
      expect(await server.stop()).toEqual({ code: 0, signal: null })
    } finally {
      await server.stop('SIGKILL')
    }
  })

  it('and asked for: the server does not start, and says why', () => {
    const [command, ...args] = under(ERRNOS.EPERM)
    const { status, stderr } = spawnSync(
      command,
      [...args, process.execPath, segcache.main, '-p', '0', '--worker-transport', 'uring'],
      { encoding: 'utf8' },
    )
    expect(stderr).toMatch(/^segcache: worker\.transport = "uring" cannot be used: .+seccomp.+\n$/)
    expect(status).toBe(1)
  })
})
