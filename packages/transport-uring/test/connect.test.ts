/** The client's side of the transport. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, ListenAddress } from '@pelikan/core'
import { uringSupport } from '@pelikan/transport-uring'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EchoServer } from './echo.ts'

describe.runIf(uringSupport().ok)('uring connects', () => {
  let server: EchoServer
  let folder: string

  beforeEach(async () => {
    server = new EchoServer()
    folder = await mkdtemp(join(tmpdir(), 'pelikan-'))
  })
  afterEach(async () => {
    await server.transport.close()
    await rm(folder, { recursive: true })
  })

  /** Connect, say `text`, and end once it came back. */
  async function exchange(address: ListenAddress, text: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    let answer = ''
    const serve = (connection: Connection) => ({
      receive(bytes: Buffer, start: number, end: number) {
        answer += bytes.toString('latin1', start, end)
        if (answer.length === text.length) connection.end()
      },
      drained() {},
      ended() {},
      closed: () => resolve(answer),
    })
    const connection = await server.transport.connect(address, serve)
    connection.output.write(Buffer.from(text, 'latin1'), 0, text.length)
    connection.send()
    return promise
  }

  for (const host of ['127.0.0.1', '::1', 'localhost']) {
    it(`over TCP, to ${host}`, async () => {
      const address = await server.listen({ host, port: 0 })
      expect(await exchange(address, 'hello\0\xff')).toBe('hello\0\xff')
    })
  }

  it('over a Unix socket', async () => {
    const address = await server.listen({ path: join(folder, 'socket') })
    const text = 'x'.repeat(1_000_000)
    expect(await exchange(address, text)).toBe(text)
  })

  it('or says why it cannot', async () => {
    const address = await server.listen()
    await server.transport.stopListening()
    await expect(exchange(address, 'x')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    const path = join(folder, 'nobody')
    await expect(exchange({ path }, 'x')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(exchange({ path: 'x'.repeat(200) }, 'x')).rejects.toMatchObject({
      code: 'ENAMETOOLONG',
    })
  })
})
