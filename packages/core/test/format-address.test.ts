import { type ListenAddress, formatAddress } from '@pelikan/core'
import { expect, it } from 'vitest'

it.each<[ListenAddress, string]>([
  [{ host: '127.0.0.1', port: 11211 }, '127.0.0.1:11211'],
  [{ host: 'localhost', port: 0 }, 'localhost:0'],
  [{ host: '::1', port: 11211 }, '[::1]:11211'],
  [{ host: '::', port: 1 }, '[::]:1'],
  [{ path: '/run/pelikan.sock' }, '/run/pelikan.sock'],
  [{ path: '/run/pelikan.sock', mode: 0o600 }, '/run/pelikan.sock'],
])('%o is written %s', (address, text) => {
  expect(formatAddress(address)).toBe(text)
})
