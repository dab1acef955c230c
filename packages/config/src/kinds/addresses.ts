import { kind, type Kind } from './kind.ts'
import { readPort } from './port.ts'

/** An address to listen at. */
export interface Address {
  readonly host: string
  /** Where it differs from the port that all addresses share. */
  readonly port?: number
}

/**
 * One or more addresses: a name or an IP, with a port behind a colon or without. memcached's `-l` may be
 * given several times and takes a list with commas; both arrive here.
 */
export function addresses(): Kind<string | readonly string[], readonly Address[]> {
  return kind(
    'must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    readAddresses,
    (list) => {
      const texts = list.map(formatAddress)
      return texts.length === 1 ? texts.join() : texts
    },
  )
}

function readAddresses(written: unknown): readonly Address[] | undefined {
  const texts: readonly unknown[] = Array.isArray(written) ? written : [written]
  const list: Address[] = []
  for (const text of texts) {
    if (typeof text !== 'string') return undefined
    for (const part of text.split(',')) {
      const address = readAddress(part.trim())
      if (address === undefined) return undefined
      list.push(address)
    }
  }
  return list.length > 0 ? Object.freeze(list) : undefined
}

function readAddress(text: string): Address | undefined {
  // In brackets an IPv6 address; bare, either an IPv6 address, which has two colons, or name and port.
  const match =
    /^\[(?<host>[0-9a-f:.]+(?:%\w+)?)\](?::(?<port>\d+))?$/i.exec(text) ??
    /^(?<host>[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*(?:%\w+)?)$/i.exec(text) ??
    /^(?<host>[\w.-]+)(?::(?<port>\d+))?$/.exec(text)
  const host = match?.groups?.['host']
  if (host === undefined) return undefined
  const digits = match?.groups?.['port']
  if (digits === undefined) return Object.freeze({ host })
  const port = readPort(digits)
  return port === undefined ? undefined : Object.freeze({ host, port })
}

/** The text of an address, which reads back as the same. */
function formatAddress(address: Address): string {
  if (address.port === undefined) return address.host
  return address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`
}
