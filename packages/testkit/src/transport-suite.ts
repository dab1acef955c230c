/**
 * The contract of a transport, as tests over real sockets of this machine.
 *
 * @module
 */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MemoryBudget } from '@pelikan/buffer'
import type { Connection, ListenAddress, Transport } from '@pelikan/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { soon } from './soon.ts'
import { Probe } from './transport-probe.ts'
import { testStrain } from './transport-strain.ts'
import { testTimers } from './transport-timers.ts'
import { testUnixSockets } from './transport-unix.ts'

const LOOPBACK: ListenAddress = { host: '127.0.0.1', port: 0 }
const MIB = 1024 * 1024

/**
 * Run the contract against the transport that `make` makes.
 *
 * @param make gets the account that output memory must be charged to
 */
export function testTransport(name: string, make: (budget: MemoryBudget) => Transport): void {
  describe(`transport ${name}`, () => {
    let budget: MemoryBudget
    let transport: Transport
    let probes: Probe[]

    beforeEach(async () => {
      budget = new MemoryBudget(64 * MIB)
      transport = make(budget)
      probes = []
    })

    afterEach(async () => {
      await transport.close()
    })

    const accept = (connection: Connection): Probe => {
      const probe = new Probe(connection)
      probes.push(probe)
      return probe
    }
    const listen = (address: ListenAddress = LOOPBACK) => transport.listen(address, accept)

    /** A client that is connected, and the probe at the other end. */
    async function pair(address?: ListenAddress): Promise<{ client: Socket; probe: Probe }> {
      const at = address ?? (await listen())
      const before = probes.length
      const client = connect({ ...('path' in at ? at : { ...at }), allowHalfOpen: true })
      client.on('error', () => {})
      await once(client, 'connect')
      await soon(() => expect(probes.length).toBe(before + 1))
      return { client, probe: probes[before]! }
    }

    it('says which port the system chose', async () => {
      const address = await listen()
      expect(address).toMatchObject({ host: '127.0.0.1' })
      expect('port' in address && address.port).toBeGreaterThan(0)
    })

    it('carries bytes both ways', async () => {
      const { client, probe } = await pair()
      probe.onReceive = (text) => void probe.answer(`<${text}>`)
      client.write('hello\0\xff', 'latin1')
      const [answer] = await once(client, 'data')
      expect((answer as Buffer).toString('latin1')).toBe('<hello\0\xff>')
      client.destroy()
    })

    it('names every connection differently', async () => {
      const address = await listen()
      const first = await pair(address)
      first.client.destroy()
      await soon(() => expect(first.probe.closes).toBe(1))
      const second = await pair(address)
      expect(second.probe.connection.id).not.toBe(first.probe.connection.id)
      second.client.destroy()
    })

    it('holds no output memory for a connection that has nothing to send', async () => {
      const { client, probe } = await pair()
      expect(probe.answer('short')).toBe(true)
      await soon(() => expect(probe.connection.unsent).toBe(0))
      expect(budget.used).toBe(0)
      client.destroy()
    })

    it('says that a client does not read, and when everything is taken, byte for byte', async () => {
      const { client, probe } = await pair()
      client.pause()
      const piece = Array.from({ length: MIB / 8 }, (_, i) => String(i % 1e8).padStart(8)).join('')
      let sent = 0
      let taken = true
      while (taken) {
        taken = probe.answer(piece)
        sent += piece.length
        expect(sent).toBeLessThan(256 * MIB)
      }
      expect(probe.connection.unsent).toBeGreaterThan(0)
      expect(budget.used).toBeGreaterThan(0)
      expect(probe.drains).toBe(0)
      let received = 0
      client.on('data', (bytes: Buffer) => {
        const at = received % piece.length
        const expected = (piece + piece).slice(at, at + bytes.length)
        if (bytes.toString('latin1') !== expected) received = NaN
        received += bytes.length
      })
      client.resume()
      await soon(() => expect(received).toBe(sent))
      await soon(() => expect(probe.drains).toBe(1))
      expect(probe.connection.unsent).toBe(0)
      expect(budget.used).toBe(0)
      client.destroy()
    })

    it('receives nothing while it is paused', async () => {
      const { client, probe } = await pair()
      probe.onReceive = () => probe.connection.pause()
      client.write('a')
      await soon(() => expect(probe.text).toBe('a'))
      client.write('b')
      for (let i = 0; i < 10; i++) await nextTurn()
      expect(probe.text).toBe('a')
      probe.connection.resume()
      await soon(() => expect(probe.text).toBe('ab'))
      client.destroy()
    })

    it('tells that the client sends no more, and still sends to it', async () => {
      const { client, probe } = await pair()
      probe.onEnded = () => {}
      client.end('last')
      await soon(() => expect(probe.ends).toBe(1))
      expect(probe.text).toBe('last')
      expect(probe.closes).toBe(0)
      probe.answer('bye')
      probe.connection.end()
      const [answer] = await once(client, 'data')
      expect(String(answer)).toBe('bye')
      await soon(() => expect(probe.closes).toBe(1))
    })

    it('sends everything before it closes', async () => {
      const { client, probe } = await pair()
      client.pause()
      const bytes = Buffer.alloc(16 * MIB, 'x')
      probe.connection.output.write(bytes, 0, bytes.length)
      probe.connection.end()
      let received = 0
      client.on('data', (data: Buffer) => (received += data.length))
      client.resume()
      await once(client, 'end')
      expect(received).toBe(bytes.length)
      client.end()
      await soon(() => expect(probe.closes).toBe(1))
      expect(budget.used).toBe(0)
    })

    it('throws away what arrives after an end', async () => {
      const { client, probe } = await pair()
      probe.connection.end()
      await once(client.resume(), 'end')
      client.write('late')
      client.end()
      await soon(() => expect(probe.closes).toBe(1))
      expect(probe.text).toBe('')
    })

    it('closes once, whoever closes and however', async () => {
      const address = await listen()
      const ways: ((of: { client: Socket; probe: Probe }) => void)[] = [
        ({ client }) => client.destroy(),
        ({ client }) => client.resetAndDestroy(),
        ({ probe }) => probe.connection.destroy(),
        ({ probe }) => {
          probe.connection.destroy()
          probe.connection.destroy()
        },
        ({ client, probe }) => {
          client.pause()
          while (probe.answer('x'.repeat(MIB)));
          probe.connection.destroy()
        },
      ]
      for (const close of ways) {
        const both = await pair(address)
        close(both)
        await soon(() => expect(both.probe.closes).toBe(1))
        both.probe.answer('into the void')
        both.client.destroy()
      }
      for (let i = 0; i < 5; i++) await nextTurn()
      expect(probes.map((probe) => probe.closes)).toEqual(ways.map(() => 1))
      expect(budget.used).toBe(0)
    })

    it('calls back in the next turn', async () => {
      let called = false
      transport.defer(() => (called = true))
      expect(called).toBe(false)
      await soon(() => expect(called).toBe(true))
    })

    testTimers(() => transport, listen)

    it('knows who is at the other end', async () => {
      const { client, probe } = await pair()
      expect(probe.connection.peer()).toEqual({ host: '127.0.0.1', port: client.localPort })
      client.destroy()
      await soon(() => expect(probe.closes).toBe(1))
      const six = await pair(await listen({ host: '::1', port: 0 }))
      expect(six.probe.connection.peer()).toEqual({ host: '::1', port: six.client.localPort })
      six.client.destroy()
    })

    it('accepts no more once it stops listening, and serves who is there', async () => {
      const address = await listen()
      const { client, probe } = await pair(address)
      probe.onReceive = (text) => void probe.answer(text)
      const stopped = transport.stopListening()
      const late = connect(address as { host: string; port: number })
      await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      client.write('still here')
      expect(String((await once(client, 'data'))[0])).toBe('still here')
      client.destroy()
      await stopped
    })

    it('refuses an address in use, by name', async () => {
      const address = await listen()
      await expect(make(budget).listen(address, accept)).rejects.toMatchObject({
        code: 'PELIKAN_ADDRESS_IN_USE',
        message: expect.stringContaining(String('port' in address && address.port)),
      })
    })

    it.each([-1, 1.5, 65_536, NaN])('refuses the port %d', async (port) => {
      await expect(listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
        code: 'PELIKAN_LISTEN_FAILED',
        message: `cannot listen at 127.0.0.1:${port}: a port is a whole number from 0 to 65535`,
      })
    })

    it('shares a port that it opened with those that join, and with nobody else', async () => {
      const address = await transport.listen(LOOPBACK, accept, { share: 'open' })
      const other = make(budget)
      try {
        for (const options of [{}, { share: 'open' }] as const) {
          await expect(make(budget).listen(address, accept, options)).rejects.toMatchObject({
            code: 'PELIKAN_ADDRESS_IN_USE',
          })
        }
        let others = 0
        const joined = await other.listen(
          address,
          (connection) => {
            others++
            return new Probe(connection)
          },
          { share: 'join' },
        )
        expect(joined).toEqual(address)
        for (let i = 0; i < 200 && (others === 0 || probes.length === 0); i++) {
          const before = probes.length + others
          const client = connect(address as { host: string; port: number })
          await once(client, 'connect')
          await soon(() => expect(probes.length + others).toBe(before + 1))
          client.destroy()
        }
        expect(Math.min(probes.length, others)).toBeGreaterThan(0)
      } finally {
        await other.close()
      }
    })

    it('refuses an address that this machine does not have', async () => {
      const address = { host: '192.0.2.1', port: 0 }
      await expect(listen(address)).rejects.toMatchObject({ code: 'PELIKAN_ADDRESS_UNAVAILABLE' })
    })

    testUnixSockets(listen, pair, () => transport.close())
    testStrain(make)
  })
}
