/** `watch` over sockets: events of all threads reach a watcher on any of them, and one that does not read costs little. */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { type RunningServer, soon } from '@pelikan/testkit'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { segcache, segcacheThreads, start } from './servers.ts'

/** More connections than the kernel gives one of two threads by chance. */
const MANY = 32

class Client {
  readonly socket: Socket
  /** What has come. */
  text = ''

  constructor(server: RunningServer) {
    this.socket = connect({ host: server.host, port: server.port, noDelay: true })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => (this.text += text))
  }

  /** Send `text` and wait for what matches. */
  async ask(text: string, answer: RegExp): Promise<string> {
    this.text = ''
    this.socket.write(text, 'latin1')
    await this.see(answer)
    return this.text
  }

  async see(what: RegExp): Promise<void> {
    await vi.waitUntil(() => what.test(this.text), { timeout: 5000, interval: 5 })
  }

  lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }
}

async function watch(server: RunningServer, words: string): Promise<Client> {
  const client = new Client(server)
  await client.ask(`watch ${words}\r\n`, /^OK\r\n/)
  client.text = ''
  return client
}

describe.each([segcache, segcacheThreads])('watch on $name', (tested) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await start(tested, ['-m', '8', '--seg-segment-size', '64KB'])
    return async () => void (await server.stop())
  })

  it('shows everybody everything, each line once, whichever thread it comes from', async () => {
    const watchers = await Promise.all(
      Array.from({ length: 6 }, () => watch(server, 'fetchers mutations deletions')),
    )
    const clients = Array.from({ length: MANY }, () => new Client(server))
    await Promise.all(
      clients.map((client, i) =>
        client.ask(`set k${i} 0 0 2\r\nhi\r\nget k${i}\r\ndelete k${i}\r\n`, /DELETED\r\n$/),
      ),
    )
    for (const watcher of watchers) {
      await soon(() => expect(watcher.lines()).toHaveLength(4 * MANY))
      const numbers = watcher.lines().map((line) => Number(/ gid=(\d+) /.exec(line)?.[1]))
      expect(new Set(numbers).size).toBe(4 * MANY)
      for (let i = 0; i < MANY; i++) {
        const ours = watcher.lines().filter((line) => line.includes(` key=k${i} `))
        expect(ours.map((line) => / type=(\S+) /.exec(line)?.[1])).toEqual([
          ...['item_store', 'item_get', 'item_get', 'deleted'],
        ])
        // All of one client have one number.
        expect(new Set(ours.flatMap((line) => / cfd=(\d+) /.exec(line)?.[1] ?? [])).size).toBe(1)
      }
      watcher.socket.destroy()
    }
    for (const client of clients) client.socket.destroy()
  })

  it('shows who comes and goes, and stats conns who is there', async () => {
    const watcher = await watch(server, 'connevents')
    const client = new Client(server)
    const conns = await client.ask('stats conns\r\n', /END\r\n$/)
    const port = client.socket.localPort
    await watcher.see(
      new RegExp(` type=conn_new rip=127.0.0.1 rport=${port} transport=tcp cfd=\\d+\\n`),
    )
    const [, number] = new RegExp(`rport=${port} transport=tcp cfd=(\\d+)`).exec(watcher.text) ?? []
    expect(conns).toContain(`STAT ${number}:addr tcp:127.0.0.1:${port}\r\n`)
    expect(conns).toMatch(
      new RegExp(`STAT ${number}:state conn_\\w+\r\nSTAT ${number}:secs_since_last_cmd 0\r\n`),
    )
    client.socket.end()
    await watcher.see(
      new RegExp(
        ` type=conn_close rip=127.0.0.1 rport=${port} transport=tcp reason=normal cfd=${number}\\n`,
      ),
    )
    watcher.socket.destroy()
  })

  it('shows what is evicted, as often as it is counted', async () => {
    const client = new Client(server)
    const count = async () =>
      Number(/STAT evictions (\d+)/.exec(await client.ask('stats\r\n', /END\r\n$/))?.[1])
    const before = await count()
    const watcher = await watch(server, 'evictions')
    // Fewer go than there is room for between two looks of the watcher.
    const value = 'x'.repeat(10_000)
    for (let i = 0; i < 18; i++) {
      const sets = Array.from({ length: 60 }, (_, j) => `set e${i}-${j} 0 0 10000\r\n${value}\r\n`)
      await client.ask(`${sets.join('')}mn\r\n`, /MN\r\n$/)
    }
    const evicted = (await count()) - before
    expect(evicted).toBeGreaterThan(100)
    await soon(() => expect(watcher.lines()).toHaveLength(evicted))
    expect(watcher.lines()[0]).toMatch(
      /^ts=\d+\.\d{6} gid=\d+ type=eviction key=e\d+-\d+ fetch=no ttl=-1 la=\d+ clsid=1 size=10000$/,
    )
    watcher.socket.destroy()
    client.socket.destroy()
  })

  it('drops what a watcher does not read, and tells it of every line that it misses', async () => {
    const watcher = await watch(server, 'fetchers')
    watcher.socket.pause()
    const client = new Client(server)
    const rounds = 60
    const gets = `get ${'k'.repeat(240)}\r\n`.repeat(1000)
    for (let i = 0; i < rounds; i++) await client.ask(`${gets}mn\r\n`, /MN\r\n$/)
    watcher.socket.resume()
    // A line that finds room tells how many are missing before it.
    let asked = 0
    await soon(async () => {
      await client.ask(`get last${asked++}\r\nmn\r\n`, /MN\r\n$/)
      expect(watcher.text).toMatch(/ key=last\d+ .*\n/)
    })
    const lines = watcher.lines()
    const last = lines.findIndex((line) => line.includes(' key=last'))
    const others = lines.slice(0, last)
    const skipped = others.flatMap((line) => /^skipped=(\d+)$/.exec(line)?.[1] ?? []).map(Number)
    const missing = skipped.reduce((sum, count) => sum + count, 0)
    expect(missing).toBeGreaterThan(0)
    const before = Number(/ key=last(\d+) /.exec(lines[last])?.[1])
    expect(others.length - skipped.length + missing).toBe(rounds * 1000 + before)
    watcher.socket.destroy()
    client.socket.destroy()
  })

  it('lets 20 watch, and another when one has left', async () => {
    const watchers = await Promise.all(Array.from({ length: 20 }, () => watch(server, '')))
    const more = new Client(server)
    await more.ask('watch\r\n', /^WATCHER_TOO_MANY log watcher limit reached\r\n$/)
    watchers[5].socket.end()
    await once(watchers[5].socket, 'close')
    await more.ask('watch\r\n', /^OK\r\n$/)
    for (const { socket } of [...watchers, more]) socket.destroy()
  })

  it('ends with the server', async () => {
    const other = await start(tested, ['-m', '8'])
    const watcher = await watch(other, 'fetchers connevents')
    const closed = once(watcher.socket, 'close')
    expect(await other.stop()).toEqual({ code: 0, signal: null })
    await closed
  })
})
