import { portClash } from '@pelikan/server'
import { expect, it } from 'vitest'

const CLIENTS = [{ path: '/run/cache.sock' }, { host: '127.0.0.1', port: 11_211 }]
const ADMIN = { httpEnabled: true, httpHost: '127.0.0.1', httpPort: 9998, host: '127.0.0.1' }

it.each([
  [{ httpPort: 11_211 }, 'admin.http_port = 11211: must be another one than that of clients'],
  [{ httpHost: '0.0.0.0', httpPort: 11_211 }, 'admin.http_port = 11211'],
  [{ port: 11_211 }, 'admin.port = 11211: must be another one than that of clients'],
  [{ port: 9998 }, 'admin.port = 9998: must be another one than that of admin.http_port'],
])('finds a port that is wanted twice: %o', (settings, sentence) => {
  expect(portClash(CLIENTS, { ...ADMIN, ...settings })).toContain(sentence)
})

it.each([
  {},
  { port: 9999 },
  { httpEnabled: false, httpPort: 11_211 },
  { httpHost: '::1', httpPort: 11_211 },
  { httpPort: 0, port: 0 },
])('takes ports that are not: %o', (settings) => {
  const clients = [...CLIENTS, { host: '127.0.0.1', port: 0 }]
  expect(portClash(clients, { ...ADMIN, ...settings })).toBeUndefined()
})
