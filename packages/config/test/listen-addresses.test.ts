import { listenAddresses } from '@pelikan/config'
import { expect, it } from 'vitest'
import { run, twemcache } from './programs.ts'

const addresses = (...argv: string[]): unknown =>
  listenAddresses(run(twemcache, argv).config.server)

it('are the addresses, each with a port', () => {
  expect(addresses()).toEqual([{ host: '127.0.0.1', port: 11211 }])
  expect(addresses('-p', '1', '-l', 'a,b:2')).toEqual([
    { host: 'a', port: 1 },
    { host: 'b', port: 2 },
  ])
})

it('are the Unix socket alone where there is one', () => {
  expect(addresses('-s', '/tmp/x', '-a', '0600', '-p', '5')).toEqual([
    { path: '/tmp/x', mode: 0o600 },
  ])
})
