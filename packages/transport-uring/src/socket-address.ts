/**
 * Addresses as the kernel has them.
 *
 * ```text
 *   struct sockaddr_in    family 2 | port 2 | address 4 | 8 unused
 *   struct sockaddr_in6   family 2 | port 2 | flow 4 | address 16 | scope 4
 *   struct sockaddr_un    family 2 | path, ended by a zero
 * ```
 *
 * Families and scopes are in the order of bytes of the machine, ports in that of the network.
 *
 * @module
 */
import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import type { ListenAddress } from '@pelikan/core'

export const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
/** Bytes of the longest address. */
export const ADDRESS_BYTES = 128
const PATH_BYTES = 108
const PORT_MAX = 65_535

export interface SocketAddress {
  readonly family: number
  readonly bytes: Buffer
}

/**
 * Encode `address`; a name is looked up first.
 *
 * @throws Error with the `code` of the system, such as `ENOTFOUND`, or `ERR_SOCKET_BAD_PORT`
 */
export async function encodeAddress(address: ListenAddress): Promise<SocketAddress> {
  if ('path' in address) return encodePath(address.path)
  const { host, port } = address
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) throw badPort(port)
  const found = await lookup(host)
  return found.family === 6 ? encodeIPv6(found.address, port) : encodeIPv4(found.address, port)
}

/** The port of an encoded address that has one. */
export function portOf(bytes: Buffer): number {
  return bytes.readUInt16BE(2)
}

/** The host of an encoded address; `undefined` where it has none. */
export function hostOf(bytes: Buffer): string | undefined {
  switch (bytes.readUInt16LE(0)) {
    case AF_INET:
      return bytes.subarray(4, 8).join('.')
    case AF_INET6:
      return new URL(`http://[${pairs(bytes.subarray(8, 24)).join(':')}]`).hostname.slice(1, -1)
    default:
      return undefined
  }
}

function pairs(bytes: Buffer): string[] {
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16))
}

function encodeIPv4(address: string, port: number): SocketAddress {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16LE(AF_INET, 0)
  bytes.writeUInt16BE(port, 2)
  for (const [i, part] of address.split('.').entries()) bytes[4 + i] = Number(part)
  return { family: AF_INET, bytes }
}

function encodeIPv6(address: string, port: number): SocketAddress {
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(AF_INET6, 0)
  bytes.writeUInt16BE(port, 2)
  const [plain = '', zone] = address.split('%')
  // Written out by the parser of URLs: an address of IPv4 at the end becomes two groups.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  for (const [i, group] of front.entries()) bytes.writeUInt16BE(group, 8 + 2 * i)
  for (const [i, group] of back.entries()) {
    bytes.writeUInt16BE(group, 8 + 2 * (8 - back.length + i))
  }
  if (zone !== undefined) bytes.writeUInt32LE(scopeOf(zone), 24)
  return { family: AF_INET6, bytes }
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

/** The number of a network interface. */
function scopeOf(zone: string): number {
  const entry = networkInterfaces()[zone]?.find(({ address }) => isIPv6(address))
  return entry?.family === 'IPv6' ? entry.scopeid : Number(zone) || 0
}

function encodePath(path: string): SocketAddress {
  const length = Buffer.byteLength(path)
  if (length >= PATH_BYTES) throw systemError(36, 'bind')
  const bytes = Buffer.alloc(2 + length + 1)
  bytes.writeUInt16LE(AF_UNIX, 0)
  bytes.write(path, 2)
  return { family: AF_UNIX, bytes }
}

/** As of `node:net`. */
function badPort(port: number): NodeJS.ErrnoException {
  return Object.assign(new RangeError(`${port} is no port`), { code: 'ERR_SOCKET_BAD_PORT' })
}

/** The error of a call that failed. */
export function systemError(errno: number, call: string): NodeJS.ErrnoException {
  const [code = 'UNKNOWN', message = 'unknown error'] = getSystemErrorMap().get(-errno) ?? []
  return Object.assign(new Error(`${call} ${code}: ${message}`), { code, errno: -errno })
}
