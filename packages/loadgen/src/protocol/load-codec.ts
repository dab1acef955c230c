/**
 * Protocols by name. One that is not built in is a module that exports `makeCodec`.
 *
 * @module
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LoadError } from '../errors.ts'
import { MemcacheCodec } from '../memcache/memcache-codec.ts'
import type { MemcacheLoad } from '../memcache/memcache-load.ts'
import type { Codec, Share } from './codec.ts'
import { PingCodec } from './ping-codec.ts'

/** What a module of a protocol exports as `makeCodec`; it ignores what it has no use for. */
export type MakeCodec = (load: MemcacheLoad, share: Share) => Codec

const BUILT_IN: Readonly<Record<string, MakeCodec>> = {
  memcache: (load, share) => new MemcacheCodec(load, share),
  ping: () => new PingCodec(),
}

/**
 * @param protocol `memcache`, `ping`, or the path of a module
 * @throws LoadError `PELIKAN_LOAD_INVALID_OPTION` where there is no such protocol
 */
export async function loadCodec(
  protocol: string,
  load: MemcacheLoad,
  share: Share,
): Promise<Codec> {
  const make = BUILT_IN[protocol] ?? (await fromModule(protocol))
  return make(load, share)
}

async function fromModule(protocol: string): Promise<MakeCodec> {
  const known = Object.keys(BUILT_IN).join(', ')
  if (!/[./\\]/u.test(protocol)) {
    throw invalid(`there is no protocol "${protocol}"; known are ${known} and the path of a module`)
  }
  let module: { readonly makeCodec?: unknown }
  try {
    module = (await import(pathToFileURL(resolve(protocol)).href)) as typeof module
  } catch (error) {
    throw invalid(`cannot load the protocol ${protocol}: ${(error as Error).message}`, error)
  }
  if (typeof module.makeCodec !== 'function') {
    throw invalid(`${protocol} exports no function makeCodec`)
  }
  return module.makeCodec as MakeCodec
}

function invalid(message: string, cause?: unknown): LoadError {
  return new LoadError('PELIKAN_LOAD_INVALID_OPTION', message, { cause })
}
