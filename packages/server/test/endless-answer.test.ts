/** Answers that go on when there is something to say, and that take their connection over. */
import type { AnswerSource, Clock } from '@pelikan/core'
import { ProcessBuilder, serverMetrics } from '@pelikan/server'
import { type FakeConnection, FakeTransport } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { LineParser, LineResponse, LineStore } from './line-protocol.ts'

/** Says what it is told to. */
class Feed implements AnswerSource {
  readonly isEndless: boolean
  isIdle = false
  ends = 0
  /** How often it was asked. */
  asked = 0
  /** Whether it has said everything that it ever will. */
  isOver = false
  #waiting = ''

  constructor(isEndless: boolean) {
    this.isEndless = isEndless
  }

  tell(text: string): void {
    this.#waiting += text
  }

  write(output: { write: (bytes: Buffer, start: number, end: number) => void }): boolean {
    this.asked++
    // Five bytes a piece.
    const piece = Buffer.from(this.#waiting.slice(0, 5))
    this.#waiting = this.#waiting.slice(5)
    output.write(piece, 0, piece.length)
    this.isIdle = this.#waiting === ''
    return !this.isOver
  }

  end(): void {
    this.ends++
  }
}

async function setUp(isEndless = true, limits = {}) {
  const clock: Clock & { now: number } = { now: 1, unixSeconds: 0, refresh: () => {} }
  const store = new LineStore()
  const feed = new Feed(isEndless)
  let fake: FakeTransport | undefined
  const server = new ProcessBuilder(
    {
      name: 'lines',
      storage: () => ({ expire() {}, clear() {} }),
      parser: () => new LineParser(),
      response: () => new LineResponse(),
      execute: () => ({
        execute: (request, response) => {
          if (request.verb === 'list') response.source = feed
          else store.execute(request, response)
        },
      }),
      transport: ({ budget }) => (fake = new FakeTransport(budget)),
      metrics: [],
    },
    { listen: [{ host: '127.0.0.1', port: 1 }], limits, drainTimeoutMs: 10, clock },
  ).spawn()
  await server.listening
  const transport = fake!
  const connection = transport.connect()
  connection.receive('list\n')
  /** What comes in `turns` turns, and the time that an idle answer is given. */
  const pass = (turns = 3): string => {
    const before = connection.sent.length
    for (let i = 0; i < turns; i++) transport.turn()
    transport.pass(50)
    for (let i = 0; i < turns; i++) transport.turn()
    return connection.sent.slice(before)
  }
  return { clock, connection, feed, pass, server, store, transport }
}

function close(connection: FakeConnection, transport: FakeTransport): void {
  connection.destroy()
  transport.turn()
}

describe('an answer that has nothing to say', () => {
  it('is asked again later, and costs nothing meanwhile', async () => {
    const { connection, feed, pass, transport } = await setUp()
    const asked = feed.asked
    for (let i = 0; i < 100; i++) transport.turn()
    expect(feed.asked).toBe(asked)
    expect(transport.timers).toBe(2)
    feed.tell('now')
    expect(connection.sent).toBe('')
    expect(pass()).toBe('now')
    expect(pass()).toBe('')
    expect(connection.paused).toBe(false)
  })

  it('is asked at once for as long as there is more', async () => {
    const { feed, pass } = await setUp()
    feed.tell('0123456789abcdef')
    expect(pass()).toBe('0123456789abcdef')
  })

  it('leaves no timer behind', async () => {
    const { connection, feed, pass, transport } = await setUp()
    close(connection, transport)
    pass()
    expect(transport.timers).toBe(1)
    expect(feed.ends).toBe(1)
  })

  it('that ends lets what the client sent meanwhile be served', async () => {
    const { connection, feed, pass, store } = await setUp(false)
    connection.receive('echo behind\n')
    expect(store.seen).toEqual([])
    feed.tell('last ')
    feed.isOver = true
    expect(pass()).toBe('last behind\n')
    expect(feed.ends).toBe(1)
  })
})

describe('an answer without an end', () => {
  it('takes the connection over: what the client sends is dropped, sent along or later', async () => {
    const { connection, feed, pass, store, transport } = await setUp()
    connection.receive('echo a\n')
    const other = transport.connect()
    other.receive('list\necho b\n')
    connection.receive('x'.repeat(1 << 20))
    feed.tell('hi')
    expect(pass()).toBe('hi')
    expect(store.seen).toEqual([])
    expect(connection.destroyed).toBe(false)
    expect(transport.budget.used).toBe(0)
  })

  it('ends with the client', async () => {
    const { connection, feed } = await setUp()
    connection.receiver.ended()
    expect(connection.ended).toBe(true)
    expect(feed.ends).toBe(1)
  })

  it('ends with the server', async () => {
    const { connection, feed, server, transport } = await setUp()
    const stopped = server.stop()
    for (let i = 0; i < 20; i++) {
      await Promise.resolve()
      transport.turn()
    }
    expect(connection.ended).toBe(true)
    expect(feed.ends).toBe(1)
    connection.receiver.closed()
    await stopped
  })

  it('is not asked while the client does not read, and ends when it has left meanwhile', async () => {
    const { connection, feed, pass } = await setUp()
    connection.window = 2
    feed.tell('0123456789')
    pass()
    const { asked } = feed
    expect(connection.paused).toBe(true)
    pass()
    expect(feed.asked).toBe(asked)
    connection.read(3)
    pass()
    expect(connection.sent).toBe('01234')
    connection.receiver.ended()
    connection.read()
    expect(feed.ends).toBe(1)
    expect(connection.ended).toBe(true)
  })

  it('is heard on when the client reads again', async () => {
    const { connection, feed, pass } = await setUp()
    connection.window = 2
    feed.tell('01234')
    pass()
    connection.read()
    pass()
    expect(connection.paused).toBe(false)
    feed.tell('more')
    expect(pass()).toBe('more')
  })

  it('is no silence: the client of one is not closed for being idle', async () => {
    const { clock, connection, feed, pass, server, transport } = await setUp(true, {
      idleTimeoutMs: 1000,
      requestTimeoutMs: 1000,
    })
    clock.now += 1000
    transport.sweep()
    expect(connection.destroyed).toBe(false)
    expect(server.metrics.read(serverMetrics.idleClosed)).toBe(0)
    feed.tell('still')
    expect(pass()).toBe('still')
  })
})
