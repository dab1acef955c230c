/**
 * A load from the command line: a named one (`--load get-16`), changed by further options.
 *
 * @module
 */
import { BASE, type Load, NAMED_LOADS } from './named-loads.ts'

type LoadOption =
  | 'load'
  | 'protocol'
  | 'connections'
  | 'pipeline'
  | 'keys'
  | 'value'
  | 'gets'
  | 'multiget'
  | 'zipf'

const TEXT = { type: 'string' } as const

/** For `parseArgs`. */
export const LOAD_OPTIONS: Readonly<Record<LoadOption, { readonly type: 'string' }>> = {
  load: TEXT,
  protocol: TEXT,
  connections: TEXT,
  pipeline: TEXT,
  keys: TEXT,
  value: TEXT,
  gets: TEXT,
  multiget: TEXT,
  zipf: TEXT,
}

/** What `parseArgs` gives for {@link LOAD_OPTIONS}. */
export type LoadValues = { readonly [Name in LoadOption]?: string | undefined }

export const LOAD_HELP: string = `  --load NAME           one of ${Object.keys(NAMED_LOADS).join(', ')}
  --protocol NAME       memcache or ping
  --connections N       connections (50)
  --pipeline N          requests in flight on each (1)
  --keys N              different keys (100000)
  --value BYTES         size of a value (64)
  --gets SHARE          share of gets, 0 to 1; the others are sets (1)
  --multiget N          keys in a get (1)
  --zipf EXPONENT       how uneven keys are asked for; 0 is uniform (0)`

/** @throws TypeError where a value makes no sense */
export function readLoad(values: LoadValues, name: string | undefined = values.load): Load {
  const base = name === undefined ? BASE : NAMED_LOADS[name]
  if (base === undefined) throw new TypeError(`there is no load "${name}"`)
  const { protocol = base.protocol } = values
  if (protocol !== 'memcache' && protocol !== 'ping') {
    throw new TypeError(`there is no protocol "${protocol}"`)
  }
  return {
    protocol,
    connections: readNumber('connections', values.connections, base.connections, 1),
    pipeline: readNumber('pipeline', values.pipeline, base.pipeline, 1),
    keys: readNumber('keys', values.keys, base.keys, 1),
    valueBytes: readNumber('value', values.value, base.valueBytes, 0),
    gets: readNumber('gets', values.gets, base.gets, 0),
    multiget: readNumber('multiget', values.multiget, base.multiget, 1),
    zipf: readNumber('zipf', values.zipf, base.zipf, 0),
  }
}

/** @throws TypeError where `value` is no number from `least` up */
export function readNumber(
  name: string,
  value: string | undefined,
  fallback: number,
  least: number,
): number {
  const number = value === undefined ? fallback : Number(value)
  if (value === '' || !(number >= least)) {
    throw new TypeError(`--${name} has to be a number from ${least} up, not "${value}"`)
  }
  return number
}
