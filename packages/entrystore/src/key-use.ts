/**
 * What a request does to its key, whatever the dialect: for those who look on.
 *
 * @module
 */
import { BinaryCommand, type MemcacheRequest, Op } from '@pelikan/protocol-memcache'
import { countedAs as binaryCountedAs } from './binary-storing.ts'
import { countedAs as metaCountedAs } from './meta-storing.ts'

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

export function useOf({ command, op }: MemcacheRequest): KeyUse {
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
    case Op.Binary:
      return useOfBinary(command)
    default:
      return KeyUse.None
  }
}

/** The classic command that a request to store is an instance of. */
export function storedAs(request: MemcacheRequest): Op {
  if (request.op === Op.MetaSet) return metaCountedAs(request.meta)
  return request.op === Op.Binary ? binaryCountedAs(request) : request.op
}

/** The exptime of a request to store. */
export function exptimeOf({ exptime, meta, op }: MemcacheRequest): number {
  if (op === Op.MetaSet) return meta.setsTtl ? meta.ttl : 0
  return op === Op.Binary ? exptime >>> 0 : exptime
}

function useOfBinary(command: BinaryCommand): KeyUse {
  switch (command) {
    case BinaryCommand.Get:
    case BinaryCommand.GetKey:
    case BinaryCommand.GetAndTouch:
    case BinaryCommand.GetKeyAndTouch:
      return KeyUse.Get
    case BinaryCommand.Set:
    case BinaryCommand.Add:
    case BinaryCommand.Replace:
    case BinaryCommand.Append:
    case BinaryCommand.Prepend:
      return KeyUse.Store
    case BinaryCommand.Touch:
    case BinaryCommand.Increment:
    case BinaryCommand.Decrement:
      return KeyUse.Visit
    case BinaryCommand.Delete:
      return KeyUse.Delete
    default:
      return KeyUse.None
  }
}
