/**
 * Which commands a memcache load is made of, and in what proportion.
 *
 * @module
 */
import type { Random } from '../random.ts'

/** Numbers of commands, as they stand in memos. */
export const Verb = {
  Get: 0,
  Set: 1,
  Add: 2,
  Replace: 3,
  Delete: 4,
  Touch: 5,
  Incr: 6,
  Decr: 7,
  /** Stores a counter, in the fill only. */
  SetCounter: 8,
} as const

/** The commands of a mix, as they are written. */
export type CommandName = 'get' | 'set' | 'add' | 'replace' | 'delete' | 'touch' | 'incr' | 'decr'

export const VERBS: Readonly<Record<CommandName, number>> = {
  get: Verb.Get,
  set: Verb.Set,
  add: Verb.Add,
  replace: Verb.Replace,
  delete: Verb.Delete,
  touch: Verb.Touch,
  incr: Verb.Incr,
  decr: Verb.Decr,
}

export interface MixPart {
  readonly command: CommandName
  /** Keys in a request; above 1 for `get` only. */
  readonly keys: number
  /** How often, in proportion to the weights of the other parts. Above 0. */
  readonly weight: number
}

/** Draws parts of a mix. */
export class MixChoice {
  readonly #parts: number
  /** For each part, the share of it and all parts before it. */
  readonly #upTo: Float64Array
  readonly #random: Random

  constructor(mix: readonly MixPart[], random: Random) {
    const total = mix.reduce((sum, { weight }) => sum + weight, 0)
    let before = 0
    this.#parts = mix.length
    this.#upTo = Float64Array.from(mix, ({ weight }) => (before += weight) / total)
    this.#random = random
  }

  /** The index of a part. */
  next(): number {
    const last = this.#parts - 1
    if (last === 0) return 0
    const drawn = this.#random.fraction()
    for (let i = 0; i < last; i++) if (drawn < this.#upTo[i]!) return i
    return last
  }
}
