/**
 * What reads the statistics of memcached, and which names it looks for: they are there, as words that
 * it can take, on the wire that it asks on. Names without a meaning here are not in the lists; the guide
 * (docs/guide/statistics.md) says which tools were run, and what they found.
 */
import { connect } from 'node:net'
import type { RunningServer } from '@pelikan/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { servers, start } from './servers.ts'

const OUTCOMES = ['get', 'delete', 'incr', 'decr', 'cas', 'touch'].flatMap((verb) => [
  `${verb}_hits`,
  `${verb}_misses`,
])
const COMMON = [
  ...['uptime', 'bytes', 'limit_maxbytes', 'curr_items', 'total_items', 'evictions', 'threads'],
  ...['curr_connections', 'total_connections', 'bytes_read', 'bytes_written', 'cmd_get', 'cmd_set'],
]

/** Names in `stats`. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  memcached_exporter: [
    ...COMMON.filter((name) => name !== 'threads' && name !== 'cmd_get'),
    ...[...OUTCOMES, 'cas_badval', 'cmd_flush', 'time', 'version', 'rusage_user', 'rusage_system'],
    ...['rejected_connections', 'conn_yields', 'listen_disabled_num', 'accepting_conns'],
    ...['store_too_large', 'store_no_memory'],
  ],
  telegraf: [
    ...[...COMMON, ...OUTCOMES, 'accepting_conns', 'auth_cmds', 'auth_errors', 'cas_badval'],
    ...['cmd_flush', 'cmd_touch', 'conn_yields', 'connection_structures', 'evicted_unfetched'],
    ...['expired_unfetched', 'listen_disabled_num', 'max_connections', 'rejected_connections'],
    ...['store_no_memory', 'store_too_large'],
  ],
  collectd: [
    ...[...COMMON, 'rusage_user', 'rusage_system', 'listen_disabled_num'],
    ...OUTCOMES.filter((name) => /^(get|incr|decr|delete)/.test(name)),
  ],
  Datadog: [
    ...[...COMMON, 'max_connections', 'connection_structures', 'pointer_size', 'rusage_user'],
    ...['rusage_system', 'cmd_flush', 'cas_misses', 'cas_hits', 'cas_badval'],
    ...OUTCOMES.filter((name) => /^(get|delete)/.test(name)),
    'listen_disabled_num',
  ],
}

/** What collectd reads at most. */
const COLLECTD_BYTES = 4096

describe.each(servers)('$name', (tested) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await start(tested)
    await talk('set a 0 0 1\r\nx\r\nget a b\r\nquit\r\n')
    return async () => void (await server.stop())
  })

  async function talk(text: string): Promise<string> {
    const socket = connect(server.port, server.host)
    socket.setEncoding('latin1')
    socket.end(text, 'latin1')
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    return answer
  }

  async function stats(which = ''): Promise<ReadonlyMap<string, string>> {
    const lines = (await talk(`stats${which}\r\n`)).split('\r\n')
    expect(lines.slice(-2)).toEqual(['END', ''])
    return new Map(
      lines.slice(0, -2).map((line) => {
        const [, name = '', value = ''] = /^STAT (\S+) (\S+)$/.exec(line) ?? []
        expect(name, line).not.toBe('')
        return [name, value]
      }),
    )
  }

  it.each(Object.entries(READERS))('has what %s reads', async (_, names) => {
    const found = await stats()
    expect(names.filter((name) => !found.has(name))).toEqual([])
    for (const name of names) {
      if (name !== 'version') expect(Number(found.get(name)), name).toBeGreaterThanOrEqual(0)
    }
  })

  it('keeps within what collectd reads', async () => {
    expect((await talk('stats\r\n')).length).toBeLessThan(COLLECTD_BYTES)
  })

  it('has numbers in stats slabs and items, and no name of a class in both', async () => {
    const [slabs, items] = [await stats(' slabs'), await stats(' items')]
    for (const [name, value] of [...slabs, ...items]) expect(value, name).toMatch(/^\d+$/)
    // memcached_exporter makes one metric of a name that is in both, of two types: that ends a scrape.
    const ofClass = (each: ReadonlyMap<string, string>) =>
      [...each.keys()].flatMap((name) => /^(?:items:)?1:(\w+)$/.exec(name)?.[1] ?? [])
    expect(ofClass(items)).toContain('mem_requested')
    expect(ofClass(items).filter((name) => ofClass(slabs).includes(name))).toEqual([])
  })
})
