/**
 * What a transport's contract says of timers, as tests.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ListenAddress, Transport } from '@pelikan/core'
import { expect, it } from 'vitest'
import { soon } from './soon.ts'

export function testTimers(transport: () => Transport, listen: () => Promise<ListenAddress>): void {
  it('calls back again and again, until it is closed', async () => {
    await listen()
    let calls = 0
    transport().every(1, () => calls++)
    await soon(() => expect(calls).toBeGreaterThan(2))
    await transport().close()
    const then = calls
    for (let i = 0; i < 10; i++) await nextTurn()
    expect(calls).toBe(then)
  })

  it('calls back no more once that is ended, and goes on with the others', async () => {
    let [ended, others] = [0, 0]
    const end = transport().every(1, () => ended++)
    transport().every(1, () => others++)
    await soon(() => expect(ended).toBeGreaterThan(1))
    end()
    const then = ended
    await soon(() => expect(others).toBeGreaterThan(then + 5))
    expect(ended).toBe(then)
    end()
  })
}
