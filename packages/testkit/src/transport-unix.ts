/**
 * What a transport's contract says of Unix sockets, as tests.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type Socket, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ListenAddress } from '@pelikan/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Probe } from './transport-probe.ts'

/**
 * @param pair connects to an address and returns both ends
 * @param close ends the transport
 */
export function testUnixSockets(
  listen: (address: ListenAddress) => Promise<ListenAddress>,
  pair: (address: ListenAddress) => Promise<{ client: Socket; probe: Probe }>,
  close: () => Promise<void>,
): void {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pelikan-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('refuses a Unix socket in a directory that does not exist', async () => {
    const path = join(folder, 'missing', 'socket')
    await expect(listen({ path })).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_UNAVAILABLE' })
  })

  it('listens at a Unix socket with the mode that is asked for, and removes it', async () => {
    const path = join(folder, 'socket')
    const { client, probe } = await pair(await listen({ path, mode: 0o600 }))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    probe.onReceive = (text) => void probe.answer(text)
    client.write('x')
    await once(client, 'data')
    client.destroy()
    await close()
    expect(existsSync(path)).toBe(false)
  })

  it('has no name for who is at the other end', async () => {
    const { client, probe } = await pair(await listen({ path: join(folder, 'peer') }))
    expect(probe.connection.peer()).toBeUndefined()
    client.destroy()
  })

  it('replaces a stale Unix socket', async () => {
    const path = join(folder, 'stale')
    await leaveStaleSocket(path)
    expect(statSync(path).isSocket()).toBe(true)
    const { client } = await pair(await listen({ path }))
    client.destroy()
  })

  it('leaves a Unix socket alone that somebody listens at', async () => {
    const path = join(folder, 'live')
    const other = createServer().listen(path)
    await once(other, 'listening')
    await expect(listen({ path })).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_IN_USE' })
    const client = connect(path)
    await once(client, 'connect')
    client.destroy()
    other.close()
  })

  it('leaves a file alone that is no socket', async () => {
    const path = join(folder, 'file')
    writeFileSync(path, 'precious')
    await expect(listen({ path })).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_IN_USE' })
    expect(statSync(path).size).toBe(8)
  })
}

/** A socket file whose server was killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const code = `
    const server = require('node:net').createServer()
    server.listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  await once(spawn(process.execPath, ['-e', code]), 'exit')
}
