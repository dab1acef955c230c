/** memcached's `-o`: what scripts have there is accepted where nobody can miss it, refused where they would. */
import { describe, expect, it } from 'vitest'
import { refusal, run, twemcache } from './programs.ts'

const IDLE = 'has no effect: memcached tunes by it what is not here'

describe('-o', () => {
  it.each([
    ['modern', [`flag -o modern ${IDLE}`]],
    ['hashpower=20,no_hashexpand', [`flag -o hashpower,no_hashexpand ${IDLE}`]],
    ['lru-crawler', [`flag -o lru_crawler ${IDLE}`]],
  ])('%s is accepted', (text, warnings) => {
    expect(run(twemcache, ['-o', text]).warnings).toEqual(warnings)
  })

  it.each([
    ['modern,idle_timeout=30', 'idle_timeout: use --server-idle-timeout with the same seconds'],
    ['ext_path=/tmp/x:5G', 'ext_path: items are kept in memory only; leave it away'],
    ['ssl_key=/k', 'ssl_key: there is no TLS; leave it away and let nobody else reach the port'],
    ['proxy_config=x', 'proxy_config: there is no proxy; start memcached or mcrouter for it'],
    ['nonsense', 'nonsense is not known; leave it away'],
  ])('%s is refused', (text, why) => {
    expect(refusal(twemcache, ['-o', text])).toBe(`twemcache: flag -o: ${why}\n`)
  })
})
