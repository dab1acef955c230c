import {
  type Codec,
  type LoadError,
  type LoadPlan,
  LoadRun,
  NO_MORE,
  PingCodec,
  Recording,
  SILENCE_MS,
} from '@pelikan/loadgen'
import { describe, expect, it } from 'vitest'
import { FakeTransport } from './fake-transport.ts'

const PING = 'PING\r\n'
const PONG = 'PONG\r\n'
const TARGET = { host: '127.0.0.1', port: 1 }

/** A run against a network and a clock that the test holds, with every event that it told. */
function start(changes: Partial<LoadPlan> & { readonly codec?: Codec }) {
  const transport = new FakeTransport()
  const clock = { ms: 5000 }
  const codec = changes.codec ?? new PingCodec()
  const said: (string | LoadError)[] = []
  const recording = new Recording()
  const run = new LoadRun(
    {
      codec,
      source: codec.requests,
      transport,
      target: TARGET,
      connections: 2,
      firstConnection: 0,
      depth: 1,
      rate: 0,
      durationMs: 1000,
      recording,
      now: () => clock.ms,
      ...changes,
    },
    {
      ready: () => said.push('ready'),
      measured: (seconds) => said.push(`measured ${seconds}`),
      rested: () => said.push('rested'),
      failed: (error) => said.push(error),
    },
  )
  transport.open()
  expect(said).toEqual(['ready'])
  run.begin()
  return { run, transport, connections: transport.connections, clock, recording, said }
}

/** In milliseconds. */
function latency(recording: Recording, share: number): number {
  return recording.percentile(share) / 1000
}

describe('a closed loop', () => {
  it('sends a batch in one write, and the next one when all of it is answered', () => {
    const { clock, connections, recording } = start({ depth: 3 })
    const [first] = connections
    expect(first.writes).toEqual([PING.repeat(3)])
    clock.ms += 2
    first.reply(PONG + PONG)
    expect(first.writes).toHaveLength(1)
    clock.ms += 1
    first.reply(PONG)
    expect(first.writes).toEqual([PING.repeat(3), PING.repeat(3)])
    expect(recording.requests).toBe(3)
    expect(recording.keys).toBe(3)
    expect(latency(recording, 0.5)).toBeCloseTo(2, 2)
    expect(recording.max).toBe(3000)
  })

  it('takes replies that are cut at any byte', () => {
    const { connections, recording, said } = start({ depth: 2 })
    for (const letter of PONG + PONG) connections[0].reply(letter)
    expect(recording.requests).toBe(2)
    expect(said).toEqual(['ready'])
  })

  it('ends with the first reply after the time is up, and checks what is still under way', () => {
    const { clock, connections, recording, said } = start({})
    clock.ms += 999
    connections[0].reply(PONG)
    clock.ms += 3
    connections[1].reply(PONG)
    expect(said).toEqual(['ready', 'measured 1.002'])
    expect(connections.map(({ closed }) => closed)).toEqual([false, false])
    connections[0].reply(PONG)
    expect(said).toEqual(['ready', 'measured 1.002', 'rested'])
    expect(connections.map(({ closed }) => closed)).toEqual([true, true])
    expect(recording.requests).toBe(2)
  })

  it('ends where the source does', () => {
    const codec = new PingCodec()
    let left = 3
    const source = {
      write: (...args: Parameters<typeof codec.requests.write>) =>
        left-- > 0 ? codec.requests.write(...args) : NO_MORE,
    }
    const { connections, recording, said } = start({ codec, source, durationMs: Infinity })
    connections[0].reply(PONG)
    connections[0].reply(PONG)
    expect(said).toEqual(['ready'])
    connections[1].reply(PONG)
    expect(said).toEqual(['ready', 'measured 0', 'rested'])
    expect(recording.requests).toBe(3)
  })

  it('goes on with a batch when the network takes more', () => {
    // With room for one request of this size, what a connection may have unsent holds two pings.
    const big: Codec = Object.assign(new PingCodec(), { maxRequestBytes: 262_138 })
    const { connections } = start({ codec: big, depth: 3, connections: 1 })
    const [connection] = connections
    expect(connection.writes.join('')).toBe(PING.repeat(3))

    const slow = start({ codec: big, depth: 3, connections: 1 })
    const [held] = slow.connections
    held.takes = false
    held.reply(PONG.repeat(3))
    expect(held.writes.at(-1)).toBe(PING.repeat(2))
    held.takes = true
    held.events.sent()
    expect(held.writes.at(-1)).toBe(PING)
  })
})

describe('an open loop', () => {
  /** One request each millisecond, on two connections. */
  const EVEN = { rate: 1000, durationMs: 10, depth: 100 }

  it('sends each request when it is due, on connections in turns', () => {
    const { clock, connections, run } = start(EVEN)
    for (let ms = 1; ms < 10; ms++) {
      clock.ms += 1
      run.turn()
      run.turn()
    }
    expect(connections.map(({ writes }) => writes.length)).toEqual([5, 5])
  })

  it('sends what became due together in one write for each connection', () => {
    const { clock, connections, run } = start(EVEN)
    clock.ms += 4
    run.turn()
    expect(connections.flatMap(({ writes }) => writes).toSorted()).toEqual([
      PING,
      PING.repeat(2),
      PING.repeat(2),
    ])
  })

  it('counts latency from when a request was due, so that a stall of the server shows', () => {
    const { clock, connections, recording, run, said } = start({ ...EVEN, connections: 1 })
    const [connection] = connections
    // The server is quick at first, stalls for 8 ms, and then answers everything at once.
    connection.reply(PONG)
    for (let ms = 1; ms <= 8; ms++) {
      clock.ms += 1
      run.turn()
    }
    connection.reply(PONG.repeat(8))
    clock.ms += 1
    run.turn()
    connection.reply(PONG)
    clock.ms += 1
    run.turn()
    expect(said).toEqual(['ready', 'measured 0.01', 'rested'])
    expect(recording.requests).toBe(10)
    // Waited 0 to 7 ms, and two more 0: what a closed loop would have seen once.
    expect(recording.max).toBe(7000)
    expect(recording.mean).toBeCloseTo((1000 * (1 + 2 + 3 + 4 + 5 + 6 + 7)) / 10)
  })

  it('counts what waits because all connections are full', () => {
    const { clock, connections, recording, run, said } = start({ ...EVEN, depth: 1 })
    clock.ms += 6
    run.turn()
    expect(connections.map(({ writes }) => writes)).toEqual([[PING], [PING]])
    // Requests 0 and 1 are answered; 2 and 3, due at 2 and 3, can be sent at last.
    for (const connection of connections) connection.reply(PONG)
    run.turn()
    clock.ms += 1
    for (const connection of connections) connection.reply(PONG)
    expect(recording.requests).toBe(4)
    // 6 and 5 ms, then 5 and 4.
    expect(recording.mean).toBeCloseTo(5000)
    clock.ms += 3
    run.turn()
    // Of 4 to 9, two were sent when the time was up; four were not, and have waited 4 to 1 ms.
    expect(recording.unsent).toBe(4)
    for (const connection of connections) connection.reply(PONG)
    expect(said).toEqual(['ready', 'measured 0.01', 'rested'])
    expect(recording.requests).toBe(6)
  })

  it('catches up after the generator itself was held up', () => {
    const { clock, connections, recording, run } = start(EVEN)
    clock.ms += 5
    run.turn()
    for (const connection of connections) {
      connection.reply(PONG.repeat(connection.writes.join('').length / PING.length))
    }
    expect(recording.requests).toBe(6)
    expect(recording.max).toBe(5000)
  })
})

describe('a run', () => {
  it('fails with what was expected and what came', () => {
    const { connections, said } = start({})
    connections[1].reply('PING\r\n')
    expect(said.at(-1)).toMatchObject({
      code: 'PELIKAN_LOAD_WRONG_REPLY',
      message: String.raw`wrong reply: expected "PONG\r\n", got "PING\r\n"`,
    })
    expect(connections.every(({ closed }) => closed)).toBe(true)
  })

  it('fails where more comes than was asked for', () => {
    const { connections, said } = start({ depth: 1 })
    connections[0].reply(PONG + PONG)
    expect(said.at(-1)).toMatchObject({ code: 'PELIKAN_LOAD_WRONG_REPLY' })
  })

  it('fails once, where the server closes a connection', () => {
    const { connections, said } = start({})
    connections[0].events.closed(undefined)
    connections[1].events.closed(new Error('reset'))
    expect(said).toHaveLength(2)
    expect(said.at(-1)).toMatchObject({
      code: 'PELIKAN_LOAD_DISCONNECTED',
      message: 'a connection ended: the server closed it',
    })
  })

  it('fails where the server says nothing for a long time', () => {
    const { clock, run, said } = start({})
    clock.ms += SILENCE_MS - 1
    run.checkSilence()
    expect(said).toEqual(['ready'])
    clock.ms += 1
    run.checkSilence()
    expect(said.at(-1)).toMatchObject({ code: 'PELIKAN_LOAD_SILENT' })
  })

  it('opens many connections a few at a time, and begins when all are open', () => {
    const transport = new FakeTransport()
    const said: string[] = []
    const codec = new PingCodec()
    const run = new LoadRun(
      {
        codec,
        source: codec.requests,
        transport,
        target: TARGET,
        connections: 200,
        firstConnection: 0,
        depth: 1,
        rate: 0,
        durationMs: 1,
        recording: new Recording(),
        now: () => 0,
      },
      {
        ready: () => said.push('ready'),
        measured: () => {},
        rested: () => {},
        failed: (error) => said.push(error.message),
      },
    )
    expect(transport.connections.length).toBeLessThan(100)
    transport.open()
    expect(run.connections).toHaveLength(200)
    expect(said).toEqual(['ready'])
  })
})
