import { type Observer, Status } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import { type MemcacheRequest, type MemcacheResponse, NO_OUTCOME } from '@pelikan/protocol-memcache'
import { KeyUse, useOf } from '../key-use.ts'
import { PrefixCount, PrefixMemory, makePrefixMemory } from './prefix-memory.ts'

const DELIMITER = 58
const BLANK = 32

/** Counts what one worker is asked by the prefix of keys, up to their first colon; keys without one are not counted. */
class PrefixObserver implements Observer<MemcacheRequest, MemcacheResponse> {
  readonly #memory: PrefixMemory
  readonly #row: number

  constructor(memory: PrefixMemory, row: number) {
    this.#memory = memory
    this.#row = row
  }

  get sample(): number {
    return this.#memory.isOn ? 1 : 0
  }

  observe(request: MemcacheRequest, { outcome }: MemcacheResponse): void {
    if (outcome === NO_OUTCOME) return
    const use = useOf(request)
    if (use === KeyUse.None || use === KeyUse.Visit) return
    const { key, keyEnd, keyStart } = request
    let end = keyStart
    while (end < keyEnd && key[end] !== DELIMITER) {
      // Such keys come in base64 and in binary; in a line of a dump they would be others.
      if (key[end] <= BLANK) return
      end++
    }
    if (end === keyEnd) return
    const memory = this.#memory
    const slot = memory.find(this.#row, key, keyStart, end)
    if (slot < 0) return
    if (use === KeyUse.Store) memory.count(slot, PrefixCount.Set)
    else if (use === KeyUse.Delete) memory.count(slot, PrefixCount.Delete)
    else {
      memory.count(slot, PrefixCount.Get)
      if (outcome === Status.Ok) memory.count(slot, PrefixCount.Hit)
    }
  }
}

/** The observers that `stats detail` needs, by the name that their memory is found under. */
export interface PrefixPart {
  readonly name: string
  readonly share: (workers: number) => SharedArrayBuffer
  readonly attach: (
    memory: unknown,
    context: { readonly metrics: Metrics },
  ) => Observer<MemcacheRequest, MemcacheResponse>
}

export const prefixPart: PrefixPart = {
  name: 'prefixes',
  share: makePrefixMemory,
  attach: (memory, { metrics }) =>
    new PrefixObserver(new PrefixMemory(memory as SharedArrayBuffer), metrics.row),
}
