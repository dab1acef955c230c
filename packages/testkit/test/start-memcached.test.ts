import { NO_MEMCACHED, memcachedPath, startMemcached } from '@pelikan/testkit'
import { describe, expect, it } from 'vitest'

describe('startMemcached', () => {
  it('gives undefined where it is not installed', async () => {
    const path = process.env['PATH']
    process.env['PATH'] = '/nonexistent'
    try {
      expect(memcachedPath()).toBeUndefined()
      expect(await startMemcached()).toBeUndefined()
    } finally {
      process.env['PATH'] = path
    }
  })

  it('starts it with further flags', async ({ skip }) => {
    const server = await startMemcached({ flags: ['-v'] })
    if (server === undefined) return skip(NO_MEMCACHED)
    expect(server.port).toBeGreaterThan(0)
    // TERM ends memcached with code 0 ("graceful").
    expect(await server.stop()).toEqual({ code: 0, signal: null })
  })
})
