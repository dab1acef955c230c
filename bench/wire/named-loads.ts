/**
 * The loads that servers are compared with. Each asks one question; together they are the table of
 * README.md.
 *
 * @module
 */
import type { Codec } from './codec.ts'
import { MemcacheCodec } from './memcache-codec.ts'
import type { MemcacheLoad } from './memcache-load.ts'
import { PingCodec } from './ping-codec.ts'

/** A load without its duration. */
export interface Load extends MemcacheLoad {
  readonly protocol: 'memcache' | 'ping'
  readonly connections: number
  /** Requests in flight on each connection. */
  readonly pipeline: number
}

/** 50 connections, one get of 64 bytes in flight on each, 100,000 keys, all equally often. */
export const BASE: Load = {
  protocol: 'memcache',
  connections: 50,
  pipeline: 1,
  keys: 100_000,
  valueBytes: 64,
  gets: 1,
  multiget: 1,
  zipf: 0,
}

export const NAMED_LOADS: Readonly<Record<string, Load>> = {
  get: BASE,
  'get-16': { ...BASE, pipeline: 16 },
  mix: { ...BASE, gets: 0.9, zipf: 1 },
  multiget: { ...BASE, multiget: 50 },
  set: { ...BASE, gets: 0 },
  'set-4k': { ...BASE, gets: 0, valueBytes: 4096, keys: 20_000 },
  'set-100k': { ...BASE, gets: 0, valueBytes: 102_400, keys: 1000 },
  'get-100k': { ...BASE, valueBytes: 102_400, keys: 1000 },
  wide: { ...BASE, connections: 1000 },
}

/** What `compare` runs unless told otherwise. */
export const DEFAULT_LOADS: readonly string[] = ['get', 'get-16', 'mix', 'multiget', 'set']

export function makeCodec(load: Load): Codec {
  return load.protocol === 'ping' ? new PingCodec() : new MemcacheCodec(load)
}

/** A load in words. */
export function describeLoad(load: Load): string {
  const { connections, gets, keys, multiget, pipeline, protocol, valueBytes, zipf } = load
  const flight = `${connections} connections, ${pipeline} in flight on each`
  if (protocol === 'ping') return `ping, ${flight}`
  const kind = multiget > 1 ? `gets of ${multiget} keys` : 'gets'
  const mix =
    gets === 1 ? kind : gets === 0 ? 'sets' : `${Math.round(gets * 100)} % ${kind}, the rest sets`
  const choice = zipf > 0 ? `Zipf ${zipf}` : 'uniform'
  return `${mix}, ${flight}, ${keys} keys (${choice}), values of ${valueBytes} B`
}
