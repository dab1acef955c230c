/** What else a thread has to do goes on while the ring waits. */
import { once } from 'node:events'
import { setTimeout as sleep, setImmediate as nextTurn } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { uringMetrics, uringSupport } from '@pelikan/transport-uring'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EchoServer } from './echo.ts'

/** So many in a row, each of which would take 250 ms if the ring's longest wait had to end first. */
const TIMES = 200

describe.runIf(uringSupport().ok)('while the ring waits', () => {
  let server: EchoServer
  beforeEach(async () => {
    server = new EchoServer()
    await server.listen()
  })
  afterEach(() => server.transport.close())

  it('timers are on time', async () => {
    for (let i = 0; i < TIMES; i++) await sleep(1)
  })

  it('messages arrive at once', async () => {
    const { port1, port2 } = new MessageChannel()
    port2.on('message', (message) => port2.postMessage(message))
    for (let i = 0; i < TIMES; i++) {
      const answer = once(port1, 'message')
      port1.postMessage(i)
      await answer
    }
    port1.close()
  })

  it('immediates, ticks and promises have their turn', async () => {
    for (let i = 0; i < TIMES; i++) {
      await nextTurn()
      await new Promise<void>((resolve) => {
        process.nextTick(resolve)
      })
    }
  })

  it('signals are handled', async () => {
    for (let i = 0; i < TIMES; i++) {
      const handled = once(process, 'SIGUSR2')
      process.kill(process.pid, 'SIGUSR2')
      await handled
    }
  })

  it('an idle thread sleeps', async () => {
    const turns = () => server.metrics.read(uringMetrics.turns)
    await sleep(20)
    const before = turns()
    await sleep(500)
    expect(turns() - before).toBeLessThan(20)
  })
})
