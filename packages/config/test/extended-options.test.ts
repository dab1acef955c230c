/** memcached's `-o`: what scripts have there is accepted where nobody can miss it, refused where they would. */
import { describe, expect, it } from 'vitest'
import { refusal, run, twemcache } from './programs.ts'

const IDLE = 'has no effect: memcached tunes by it what is not here'

describe('-o', () => {
  it.each([
    ['modern,maxconns_fast', []],
    ['hashpower=20,no_hashexpand', [`flag -o hashpower,no_hashexpand ${IDLE}`]],
    ['lru-crawler', [`flag -o lru_crawler ${IDLE}`]],
    [
      'read_buf_mem_limit=0',
      ['flag -o read_buf_mem_limit has no effect: there is always a limit, worker.session_memory'],
    ],
  ])('%s is accepted', (text, warnings) => {
    const loaded = run(twemcache, ['-o', text])
    expect(loaded.warnings).toEqual(warnings)
    expect(loaded.config).toEqual(run(twemcache).config)
  })

  it('sets what settings are for', () => {
    const argv = ['-o', 'slab_reassign,idle_timeout=30', '-o', 'read_buf_mem_limit=64']
    const { config, origins } = run(twemcache, argv)
    expect(config.server.idleTimeoutMs).toBe(30_000)
    expect(config.worker.sessionMemoryBytes).toBe(64 * 1024 * 1024)
    expect(origins['server.idle_timeout']).toBe('flag -o')
  })

  it.each([
    ['idle_timeout', 'server.idle_timeout = "": must be whole seconds'],
    ['idle_timeout=soon', 'server.idle_timeout = "soon": must be whole seconds'],
    ['read_buf_mem_limit=x', 'worker.session_memory = "x": must be a size'],
    ['ext_path=/tmp/x:5G', 'ext_path: items are kept in memory only; leave it out'],
    ['modern,ssl_key=/k', 'ssl_key: there is no TLS; leave it out and let nobody else'],
    ['proxy_config=x', 'proxy_config: there is no proxy; start memcached or mcrouter for it'],
    ['nonsense', 'nonsense is not known; leave it out'],
  ])('%s is refused', (text, why) => {
    expect(refusal(twemcache, ['-o', text])).toContain(`twemcache: flag -o: ${why}`)
  })
})
