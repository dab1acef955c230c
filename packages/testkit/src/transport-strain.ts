/**
 * What a network does to a transport, as tests over real sockets: bytes cut anywhere, windows that are full,
 * resets in the middle of everything. The server echoes, and holds off a client that does not read.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MemoryBudget } from '@pelikan/buffer'
import type { Connection, Receiver, Transport } from '@pelikan/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { soon } from './soon.ts'
import { anyCuts } from './splits.ts'

const MIB = 1024 * 1024
/** What a transport may hold for clients that do not read, beyond what the kernel has. */
const HELD_BYTES = 8 * MIB
const RESETS = 60
const VISITS = 500
const DESCRIPTORS = '/proc/self/fd'

/** Tests of the transport that `make` makes, for inside a `describe` of it. */
export function testStrain(make: (budget: MemoryBudget) => Transport): void {
  describe('on a network', () => {
    let budget: MemoryBudget
    let transport: Transport
    let address: { readonly host: string; readonly port: number }
    let stalls: number
    let closes: number

    beforeEach(async () => {
      budget = new MemoryBudget(64 * MIB)
      transport = make(budget)
      stalls = 0
      closes = 0
      address = (await transport.listen({ host: '127.0.0.1', port: 0 }, echo)) as typeof address
    })
    afterEach(() => transport.close())

    function echo(connection: Connection): Receiver {
      return {
        receive: (bytes, start, end) => {
          connection.output.write(bytes, start, end)
          if (connection.send()) return
          stalls++
          connection.pause()
        },
        drained: () => connection.resume(),
        ended: () => connection.end(),
        closed: () => void closes++,
      }
    }

    async function client(): Promise<Socket> {
      const socket = connect({ ...address, noDelay: true })
      socket.on('error', () => {})
      await once(socket, 'connect')
      return socket
    }

    it('carries what is cut anywhere', async () => {
      const socket = await client()
      const bytes = Buffer.from(Array.from({ length: 400 }, (_, i) => i & 0xff))
      await fc.assert(
        fc.asyncProperty(anyCuts(bytes), async (pieces) => {
          expect((await exchange(socket, pieces)).equals(bytes)).toBe(true)
        }),
        { numRuns: 50 },
      )
      socket.destroy()
    })

    it('carries much both ways at once, with little memory', async () => {
      const socket = await client()
      const bytes = randomBytes(16 * MIB)
      let most = 0
      const watching = setInterval(() => (most = Math.max(most, budget.used)), 1)
      expect((await exchange(socket, [bytes])).equals(bytes)).toBe(true)
      clearInterval(watching)
      expect(most).toBeLessThan(HELD_BYTES)
      socket.destroy()
      await soon(() => expect(closes).toBe(1))
      expect(budget.used).toBe(0)
    })

    it('keeps little for a client whose window is full, all of it in order, and serves others', async () => {
      const [socket, other] = [await client(), await client()]
      socket.pause()
      const bytes = randomBytes(32 * MIB)
      socket.write(bytes)
      await soon(() => expect(stalls).toBeGreaterThan(0))
      for (let i = 0; i < 50; i++) await nextTurn()
      expect(budget.used).toBeGreaterThan(0)
      expect(budget.used).toBeLessThan(HELD_BYTES)
      const hello = Buffer.from('others are served')
      expect((await exchange(other, [hello])).equals(hello)).toBe(true)
      expect((await taken(socket, bytes.length)).equals(bytes)).toBe(true)
      socket.destroy()
      other.destroy()
      await soon(() => expect(closes).toBe(2))
      expect(budget.used).toBe(0)
    })

    it('outlives resets in the middle of receiving and of sending', async () => {
      const witness = await client()
      for (let i = 0; i < RESETS; i++) {
        const socket = await client()
        // Some read the beginning, so that the reset comes while the rest is under way.
        if (i % 3 > 0) socket.pause()
        socket.write(Buffer.alloc(i % 2 === 0 ? 8 * MIB : 100_000, i))
        for (let turn = 0; turn < i % 7; turn++) await nextTurn()
        socket.resetAndDestroy()
      }
      await soon(() => expect(closes).toBe(RESETS))
      const hello = Buffer.from('still here')
      expect((await exchange(witness, [hello])).equals(hello)).toBe(true)
      expect(budget.used).toBe(0)
      witness.destroy()
    })

    it('keeps no descriptor of connections that were closed, however they were', async (context) => {
      const descriptors = countDescriptors()
      if (descriptors === undefined) return context.skip('the system does not list descriptors')
      for (let left = VISITS; left > 0; left -= 50) {
        const visitors = await Promise.all(Array.from({ length: 50 }, client))
        for (const [i, socket] of visitors.entries()) {
          if (i % 2 === 0) socket.write('hello')
          if (i % 3 === 0) socket.end()
          else if (i % 3 === 1) socket.destroy()
          else socket.resetAndDestroy()
          socket.resume()
        }
        await soon(() => expect(closes).toBe(VISITS - left + 50))
      }
      await soon(() => expect(countDescriptors()).toBe(descriptors))
      expect(budget.used).toBe(0)
    })
  })
}

/** Send `pieces`, each by itself, and take as many bytes back. */
async function exchange(socket: Socket, pieces: readonly Buffer[]): Promise<Buffer> {
  const answer = taken(
    socket,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  )
  for (const piece of pieces) {
    socket.write(piece)
    await nextTurn()
  }
  return answer
}

/** The next bytes that come, `length` of them. */
function taken(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let got = 0
    const take = (bytes: Buffer): void => {
      pieces.push(bytes)
      got += bytes.length
      if (got < length) return
      socket.off('data', take)
      resolve(Buffer.concat(pieces))
    }
    socket.on('data', take)
    socket.resume()
  })
}

/** Descriptors that this process has open; `undefined` where the system does not say. */
function countDescriptors(): number | undefined {
  try {
    return readdirSync(DESCRIPTORS).length
  } catch {
    return undefined
  }
}
