/**
 * What a request does to its key, whatever the dialect: for those who look on.
 *
 * @module
 */
import { type MemcacheRequest, Op } from '@pelikan/protocol-memcache'
import { classicOf } from './classic-commands.ts'

export const KeyUse = {
  /** There is no key. */
  None: 0,
  /** The value is asked for. */
  Get: 1,
  /** The item is looked up for something else: `touch`, `incr`, `decr`, `me`. */
  Visit: 2,
  Store: 3,
  Delete: 4,
} as const

export type KeyUse = (typeof KeyUse)[keyof typeof KeyUse]

export function useOf(request: MemcacheRequest): KeyUse {
  return useOfOp(classicOf(request))
}

/** As {@link useOf}, of a command of a text dialect. */
export function useOfOp(op: Op): KeyUse {
  switch (op) {
    case Op.Get:
    case Op.Gets:
    case Op.Gat:
    case Op.Gats:
    case Op.MetaGet:
      return KeyUse.Get
    case Op.Set:
    case Op.Add:
    case Op.Replace:
    case Op.Append:
    case Op.Prepend:
    case Op.Cas:
    case Op.MetaSet:
      return KeyUse.Store
    case Op.Touch:
    case Op.Increment:
    case Op.Decrement:
    case Op.MetaArithmetic:
    case Op.MetaDebug:
      return KeyUse.Visit
    case Op.Delete:
    case Op.MetaDelete:
      return KeyUse.Delete
    default:
      return KeyUse.None
  }
}
