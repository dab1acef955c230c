import type { ListenAddress } from './transport.ts'

/** An address as people write it: `127.0.0.1:11211`, `[::1]:11211`, or a path. */
export function formatAddress(address: ListenAddress): string {
  if ('path' in address) return address.path
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `${host}:${address.port}`
}
