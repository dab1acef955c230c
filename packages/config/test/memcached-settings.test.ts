import { memcachedSettings } from '@pelikan/config'
import { expect, it } from 'vitest'
import { run, segcache } from './programs.ts'

const storage = { memoryBytes: 1000, itemSizeMaxBytes: 100, evicts: false }

it('says under memcached’s names what the configuration is', () => {
  const argv = ['-l', '[::1],127.0.0.1:5', '-p', '7', '-c', '9', '-FXWCv', '-R', '3', '-B', 'ascii']
  const { config } = run(segcache, [...argv, '--server-idle-timeout=2m'])
  const { settings, stats } = memcachedSettings(config, storage)
  expect(stats).toEqual({
    max_connections: 9,
    limit_maxbytes: 1000,
    accepting_conns: 1,
    threads: 1,
  })
  expect(settings).toMatchObject({
    maxbytes: 1000,
    maxconns: 9,
    tcpport: 7,
    inter: '[::1]:7,127.0.0.1:5',
    verbosity: 1,
    evictions: 'off',
    domain_socket: 'NULL',
    umask: '700',
    reqs_per_event: 3,
    item_size_max: 100,
    flush_enabled: 'no',
    dump_enabled: 'no',
    cas_enabled: 'no',
    binding_protocol: 'ascii',
    idle_timeout: 120,
  })
})

it('names the Unix socket, and what is on', () => {
  const { config } = run(segcache, ['-s', '/tmp/x'])
  const { settings } = memcachedSettings(config, { ...storage, evicts: true })
  expect(settings).toMatchObject({
    domain_socket: '/tmp/x',
    inter: '/tmp/x',
    verbosity: 0,
    evictions: 'on',
    flush_enabled: 'yes',
    dump_enabled: 'yes',
    cas_enabled: 'yes',
    binding_protocol: 'auto-negotiate',
  })
})
