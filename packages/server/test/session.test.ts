import type { Clock } from '@pelikan/core'
import { type Limits, ProcessBuilder, serverMetrics } from '@pelikan/server'
import { type FakeConnection, FakeTransport } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'
import { LineParser, LineResponse, LineStore } from './line-protocol.ts'

class TestClock implements Clock {
  now = 1
  unixSeconds = 0
  refresh(): void {}
}

async function setUp(limits: Partial<Limits> = {}, drainTimeoutMs = 10_000) {
  const clock = new TestClock()
  const store = new LineStore()
  const failures: unknown[] = []
  const observed: string[] = []
  let fake: FakeTransport | undefined
  const server = new ProcessBuilder(
    {
      name: 'lines',
      storage: () => ({ expire() {}, clear() {} }),
      parser: () => new LineParser(),
      response: () => new LineResponse(),
      execute: () => store,
      transport: ({ budget }) => (fake = new FakeTransport(budget)),
      metrics: [],
      observers: [
        {
          name: 'observed',
          share: () => undefined,
          attach: () => ({
            sample: 1,
            observe: ({ verb, argument }) => void observed.push(`${verb} ${argument}`),
          }),
        },
      ],
      refusal: Buffer.from('full\n'),
    },
    { listen: [{ host: '127.0.0.1', port: 1 }], limits, drainTimeoutMs, clock },
  ).spawn()
  server.events.on('error', (error) => failures.push(error))
  await server.listening
  const read = (name: keyof typeof serverMetrics): number =>
    server.metrics.read(serverMetrics[name])
  return { clock, failures, observed, read, server, store, transport: fake! }
}

/** Send what answers `count` requests `echo i`. */
function echoes(connection: FakeConnection, count: number): void {
  connection.receive(Array.from({ length: count }, (_, i) => `echo ${i}\n`).join(''))
}

/** Turns enough for everything that is under way. */
async function turns(transport: FakeTransport): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await Promise.resolve()
    await Promise.resolve()
    transport.turn()
  }
}

function echoed(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join('')
}

describe('requests', () => {
  it('are shown to observers once, those that come in pieces with the last one', async () => {
    const { observed, transport } = await setUp()
    const connection = transport.connect()
    connection.receive('echo a\nbody 10\nabc')
    expect(observed).toEqual(['echo a'])
    connection.receive('defg')
    connection.receive('hijecho b\n')
    expect(observed).toEqual(['echo a', 'body 10', 'echo b'])
  })

  it('are answered in order, in one write for all that arrived at once', async () => {
    const { transport, read } = await setUp()
    const connection = transport.connect()
    echoes(connection, 5)
    expect(connection.sent).toBe(echoed(0, 5))
    expect(read('requests')).toBe(5)
  })

  it('may be cut anywhere', async () => {
    const text = 'echo ab\nbytes 3\nbody 4\nwxyzecho c\n'
    const expected = 'ab\nxxx\ntook 4\nc\n'
    for (let cut = 0; cut <= text.length; cut++) {
      const { transport } = await setUp()
      const connection = transport.connect()
      connection.receive(text.slice(0, cut))
      connection.receive(text.slice(cut))
      expect(connection.sent, `cut at ${cut}`).toBe(expected)
    }
  })

  it('own no memory between them, and all of it is given back in the end', async () => {
    const { transport } = await setUp()
    const connection = transport.connect()
    connection.receive('echo half')
    expect(transport.budget.used).toBeGreaterThan(0)
    connection.receive('\n')
    expect(transport.budget.used).toBe(0)
    connection.receive('echo half')
    connection.destroy()
    transport.turn()
    expect(transport.budget.used).toBe(0)
  })
})

describe('a client that does not read', () => {
  it('is not parsed further until everything sent is taken', async () => {
    const { read, store, transport } = await setUp({ outputHighWaterBytes: 10 })
    const connection = transport.connect()
    connection.window = 0
    connection.receive('bytes 20\necho a\necho b\n')
    expect(store.seen).toEqual(['bytes 20'])
    expect(connection.paused).toBe(true)
    expect(read('stalls')).toBe(1)
    connection.read(5)
    expect(store.seen).toEqual(['bytes 20'])
    connection.read()
    expect(connection.sent).toBe(`${'x'.repeat(20)}\na\nb\n`)
    expect(connection.paused).toBe(false)
  })

  it('still gets the answers to what arrives while it waits, in order', async () => {
    const { transport } = await setUp()
    const connection = transport.connect()
    connection.window = 0
    connection.receive('echo a\nec')
    connection.receive('ho b\necho')
    connection.read()
    connection.receive(' c\n')
    expect(connection.sent).toBe('a\nb\nc\n')
  })

  it('is closed when session memory is used up, the one that has waited longest first', async () => {
    const { clock, read, transport } = await setUp({ sessionMemoryBytes: 4096 })
    const [first, second, third] = [transport.connect(), transport.connect(), transport.connect()]
    first.window = 0
    second.window = 0
    second.receive('bytes 1000\n')
    clock.now++
    first.receive('bytes 1000\n')
    third.receive('bytes 10000\n')
    // The fake network keeps what it has not taken outside the budget, so the budget is filled by hand.
    transport.budget.take(5000)
    clock.now++
    third.receive('echo still\n')
    expect(second.destroyed).toBe(true)
    expect(third.destroyed).toBe(false)
    expect(third.sent.endsWith('still\n')).toBe(true)
    expect(read('shed')).toBeGreaterThan(0)
  })
})

describe('of sessions that have waited equally long', () => {
  it.each([0, 1, 2])('the one that holds most is closed first, be it number %d', async (which) => {
    const { transport } = await setUp({ sessionMemoryBytes: 16_384 })
    const connections = [transport.connect(), transport.connect(), transport.connect()]
    for (const [i, connection] of connections.entries()) {
      connection.receive(`echo ${'x'.repeat(i === which ? 8000 : 100)}`)
    }
    transport.budget.take(16_384 - transport.budget.used)
    transport.connect().receive('echo now\n')
    const closed = connections.map(({ destroyed }) => destroyed)
    expect(closed).toEqual(connections.map((_, i) => i === which))
  })
})

describe('a session that does not know yet whether its client reads', () => {
  it('gives way when memory is short, and not where everything was taken', async () => {
    const { transport } = await setUp({ sessionMemoryBytes: 4096 })
    const [slow, other, read] = [transport.connect(), transport.connect(), transport.connect()]
    slow.hopeful = true
    slow.window = 0
    slow.receive('bytes 100\n')
    read.receive('bytes 100\n')
    transport.budget.take(5000)
    other.receive('echo me\n')
    expect(slow.destroyed).toBe(true)
    expect(other.destroyed).toBe(false)
    expect(read.destroyed).toBe(false)
  })
})

describe('a session that is closed while it waits', () => {
  it('executes nothing of what arrives in the turn that closed it', async () => {
    const { store, transport } = await setUp({ sessionMemoryBytes: 4096 })
    const connection = transport.connect()
    connection.receive('body 1000\nabc')
    transport.budget.take(5000)
    const before = store.seen.length
    connection.receive('\necho injected\n')
    expect(connection.destroyed).toBe(true)
    transport.turn()
    expect(store.seen.slice(before)).toEqual(['abort 1000'])
  })

  it('takes no turn that it was waiting for', async () => {
    const { store, transport } = await setUp({ maxRequestsPerTurn: 2 })
    const connection = transport.connect()
    echoes(connection, 6)
    connection.receiver.closed()
    transport.turn()
    expect(store.seen).toHaveLength(2)
  })

  it('does not go on when what it sent is taken after all', async () => {
    const { store, transport } = await setUp({ outputHighWaterBytes: 1, sessionMemoryBytes: 4096 })
    const [stalled, other] = [transport.connect(), transport.connect()]
    stalled.window = 0
    stalled.receive('echo a\necho b\n')
    transport.budget.take(5000)
    other.receive('echo c\n')
    expect(stalled.destroyed).toBe(true)
    stalled.receiver.drained()
    expect(store.seen).toEqual(['echo a', 'echo c'])
  })

  it('gives way while answers that it sent last are unread and memory is short', async () => {
    const { transport } = await setUp({ sessionMemoryBytes: 4096 })
    const [gone, other] = [transport.connect(), transport.connect()]
    gone.window = 0
    gone.receive('bytes 100\nquit\n')
    expect(gone.ended).toBe(true)
    transport.budget.take(5000)
    other.receive('echo me\n')
    expect(gone.destroyed).toBe(true)
    expect(other.destroyed).toBe(false)
  })
})

describe('an answer in pieces', () => {
  it('goes out a piece a turn, others between them, before the next answer', async () => {
    const { transport } = await setUp()
    const [reader, other] = [transport.connect(), transport.connect()]
    reader.receive('list 3\necho a\n')
    expect(reader.sent).toBe('1\n')
    expect(reader.paused).toBe(true)
    other.receive('echo me\n')
    expect(other.sent).toBe('me\n')
    transport.turn()
    expect(reader.sent).toBe('1\n2\n')
    transport.turn()
    expect(reader.sent).toBe('1\n2\n3\na\n')
    expect(reader.paused).toBe(false)
  })

  it('waits for a client that does not read, with one piece in memory', async () => {
    const { transport } = await setUp()
    const connection = transport.connect()
    connection.window = 0
    connection.receive('list 1000\n')
    for (let i = 0; i < 10; i++) transport.turn()
    expect(connection.unsent).toBe(2)
    connection.read(2)
    expect(connection.sent).toBe('1\n')
    expect(connection.unsent).toBe(2)
  })

  it('is complete when the client sends no more, and stops when it is gone', async () => {
    const { transport } = await setUp()
    const [reader, gone] = [transport.connect(), transport.connect()]
    for (const each of [reader, gone]) each.receive('list 3\n')
    reader.receiver.ended()
    gone.receiver.closed()
    for (let i = 0; i < 3; i++) transport.turn()
    expect(reader.sent).toBe('1\n2\n3\n')
    expect(reader.ended).toBe(true)
    expect(gone.sent).toBe('1\n')
  })
})

describe('a client that sends without end', () => {
  it('lets others go first after its requests of a turn', async () => {
    const { read, store, transport } = await setUp({ maxRequestsPerTurn: 3 })
    const greedy = transport.connect()
    const other = transport.connect()
    echoes(greedy, 8)
    expect(greedy.sent).toBe(echoed(0, 3))
    expect(greedy.paused).toBe(true)
    other.receive('echo me\n')
    expect(other.sent).toBe('me\n')
    transport.turn()
    expect(greedy.sent).toBe(echoed(0, 6))
    transport.turn()
    expect(greedy.sent).toBe(echoed(0, 8))
    expect(greedy.paused).toBe(false)
    expect(read('yields')).toBe(2)
    expect(store.seen).toHaveLength(9)
  })

  it('is cut off when it sends more than any request can need', async () => {
    const { transport } = await setUp()
    const connection = transport.connect()
    for (let i = 0; i < 5 && !connection.destroyed; i++) connection.receive('y'.repeat(1024 * 1024))
    expect(connection.destroyed).toBe(true)
  })
})

describe('a client that ends', () => {
  it('gets its answers before the connection closes', async () => {
    const { transport } = await setUp({ maxRequestsPerTurn: 2 })
    const connection = transport.connect()
    echoes(connection, 5)
    connection.receiver.ended()
    expect(connection.ended).toBe(false)
    transport.turn()
    transport.turn()
    expect(connection.sent).toBe(echoed(0, 5))
    expect(connection.ended).toBe(true)
  })

  it('leaves nothing half done', async () => {
    const { store, transport, server } = await setUp()
    const connection = transport.connect()
    connection.receive('body 10\nabc')
    connection.destroy()
    transport.turn()
    expect(store.seen.at(-1)).toBe('abort 10')
    expect(server.connections).toBe(0)
  })
})

describe('requests are counted', () => {
  it('once each, however many pieces they come in and however the connection ends', async () => {
    const { read, transport } = await setUp()
    const connection = transport.connect()
    connection.receive('body 10\nab')
    connection.receive('cdefgh')
    connection.receive('ijecho x\n')
    expect(read('requests')).toBe(2)
    connection.receive('echo y\nnonsense\n')
    expect(read('requests')).toBe(3)
  })
})

describe('what ends a connection', () => {
  it('is a hang-up: answers before it are sent, requests behind it are not executed', async () => {
    const { store, transport } = await setUp()
    const connection = transport.connect()
    connection.receive('echo a\nquit\necho b\n')
    connection.receive('echo c\n')
    expect(connection.sent).toBe('a\n')
    expect(connection.ended).toBe(true)
    expect(store.seen).toEqual(['echo a', 'quit'])
  })

  it('is a protocol error, answered as the protocol says', async () => {
    const { failures, read, transport } = await setUp()
    const connection = transport.connect()
    connection.receive('echo a\nnonsense\necho b\n')
    expect(connection.sent).toBe('a\nwhat?\n')
    expect(connection.ended).toBe(true)
    expect(read('protocolErrors')).toBe(1)
    expect(failures).toEqual([])
  })

  it('is an exception of an execution: it costs that connection only, and is reported', async () => {
    const { failures, transport } = await setUp()
    const [broken, other] = [transport.connect(), transport.connect()]
    broken.receive('boom\n')
    other.receive('echo on\n')
    expect(broken.destroyed).toBe(true)
    expect(other.sent).toBe('on\n')
    expect(failures).toMatchObject([{ message: 'boom' }])
  })

  it('is the limit of connections: one more is told so', async () => {
    const { read, transport, server } = await setUp({ maxConnections: 2 })
    const [first, , third] = [transport.connect(), transport.connect(), transport.connect()]
    expect(third.sent).toBe('full\n')
    expect(third.destroyed).toBe(true)
    expect(server.connections).toBe(2)
    expect(read('rejected')).toBe(1)
    first.destroy()
    transport.turn()
    const fourth = transport.connect()
    fourth.receive('echo in\n')
    expect(fourth.sent).toBe('in\n')
  })
})

describe('time limits', () => {
  it('close a connection that is idle', async () => {
    const { clock, read, transport } = await setUp({
      idleTimeoutMs: 5000,
      requestTimeoutMs: 0,
    })
    const [idle, busy] = [transport.connect(), transport.connect()]
    clock.now += 50
    busy.receive('echo x\n')
    clock.now += 1
    transport.sweep()
    expect(idle.destroyed).toBe(true)
    expect(busy.destroyed).toBe(false)
    expect(read('idleClosed')).toBe(1)
  })

  it('spare a connection that is still reading its answers', async () => {
    const { clock, transport } = await setUp({ idleTimeoutMs: 5000, requestTimeoutMs: 3000 })
    const connection = transport.connect()
    connection.window = 0
    connection.receive('echo a\necho ')
    clock.now += 100
    transport.sweep()
    connection.read()
    transport.sweep()
    expect(connection.destroyed).toBe(false)
    clock.now += 31
    transport.sweep()
    expect(connection.destroyed).toBe(true)
  })

  it('close a connection whose request stays incomplete, however it drips', async () => {
    for (const start of ['echo ', 'body 1000\n']) {
      const { clock, read, transport } = await setUp({ requestTimeoutMs: 3000 })
      const slow = transport.connect()
      slow.receive(start)
      for (let i = 0; i < 3; i++) {
        clock.now += 10
        slow.receive('x')
        transport.sweep()
        expect(slow.destroyed).toBe(false)
      }
      clock.now += 10
      slow.receive('x')
      transport.sweep()
      expect(slow.destroyed, start).toBe(true)
      expect(read('overdueClosed')).toBe(1)
    }
  })

  it('spare a connection that always has the start of the next request pending', async () => {
    const { clock, transport } = await setUp({ requestTimeoutMs: 3000 })
    const connection = transport.connect()
    connection.receive('echo a')
    for (let i = 0; i < 10; i++) {
      clock.now += 20
      connection.receive('\necho a')
      transport.sweep()
    }
    expect(connection.destroyed).toBe(false)
  })

  it('do not count the time that the server makes a client wait', async () => {
    const { clock, transport } = await setUp({ requestTimeoutMs: 3000, outputHighWaterBytes: 1 })
    const connection = transport.connect()
    connection.window = 0
    connection.receive('echo a\necho b')
    clock.now += 100
    transport.sweep()
    expect(connection.destroyed).toBe(false)
  })
})

describe('drain', () => {
  it('answers what has arrived, sends it and closes', async () => {
    const { transport, server } = await setUp({ maxRequestsPerTurn: 2 })
    const [busy, idle, half] = [transport.connect(), transport.connect(), transport.connect()]
    echoes(busy, 5)
    half.receive('echo never')
    const drained = server.stop()
    await turns(transport)
    for (const connection of [busy, idle, half]) {
      expect(connection.ended).toBe(true)
      connection.receiver.closed()
    }
    await drained
    expect(busy.sent).toBe(echoed(0, 5))
    expect(half.sent).toBe('')
    expect(transport.listening).toBe(false)
  })

  it('gives up on a client that does not read its last answers', async () => {
    const { transport, server } = await setUp({}, 1)
    const connection = transport.connect()
    connection.window = 0
    connection.receive('echo a\n')
    const drained = server.stop()
    await turns(transport)
    await drained
    expect(connection.destroyed).toBe(true)
  })
})
