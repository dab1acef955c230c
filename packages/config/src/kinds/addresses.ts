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
    (written) =>
      bracketed(written) ??
      'must be an address such as "127.0.0.1", "0.0.0.0:11211", "[::1]:11211" or "localhost", or a list of them',
    readAddresses,
    (list) => {
      const texts = list.map(formatAddress)
      return texts.length === 1 ? texts.join() : texts
    },
  )
}

function readAddresses(written: unknown): readonly Address[] | undefined {
  const list: Address[] = []
  for (const text of split(written)) {
    const address = typeof text === 'string' ? readAddress(text) : undefined
    if (address === undefined) return undefined
    list.push(address)
  }
  return list.length > 0 ? Object.freeze(list) : undefined
}

function split(written: unknown): readonly unknown[] {
  const texts: readonly unknown[] = Array.isArray(written) ? written : [written]
  return texts.flatMap((text) =>
    typeof text === 'string' ? text.split(',').map((part) => part.trim()) : [text],
  )
}

function readAddress(text: string): Address | undefined {
  if (isIPv6(text)) return Object.freeze({ host: text })
  const match = /^(?:\[(?<ip>[^\]]+)\]|(?<name>[\w.-]+))(?::(?<port>\d+))?$/.exec(text)
  const { ip, name, port: digits } = match?.groups ?? {}
  const host = ip ?? name
  if (host === undefined || (ip !== undefined && !isIPv6(ip))) return undefined
  if (digits === undefined) return Object.freeze({ host })
  const port = readPort(digits)
  return port === undefined ? undefined : Object.freeze({ host, port })
}

/**
 * What is said of an IPv6 address with a port and without brackets. Only where it cannot be told
 * otherwise: `::1:8080` is an address as it stands.
 */
function bracketed(written: unknown): string | undefined {
  for (const text of split(written)) {
    const match = typeof text === 'string' ? /^(.*):(\d+)$/.exec(text) : null
    const [, ip = '', port] = match ?? []
    if (!isIPv6(match?.[0] ?? '') && isIPv6(ip)) {
      return `write [${ip}]:${port} for an address with a port`
    }
  }
  return undefined
}

/** As `node:net` has it, which only transports import. */
function isIPv6(text: string): boolean {
  const ip = /^([\da-f:.]+)(%[\w.-]+)?$/i.exec(text)?.[1]
  return ip !== undefined && URL.canParse(`http://[${ip}]`)
}

/** The text of an address, which reads back as the same. */
function formatAddress(address: Address): string {
  if (address.port === undefined) return address.host
  return address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`
}
