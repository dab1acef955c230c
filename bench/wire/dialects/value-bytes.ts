import type { MemcacheLoad } from '@pelikan/loadgen'

/** The one length of all values. */
export function valueBytes({ values }: MemcacheLoad): number {
  if (values.kind !== 'fixed') throw new TypeError('all values of this load have one length')
  return values.bytes
}
