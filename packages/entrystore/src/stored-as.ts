/**
 * What a request to store is, whatever its dialect: which classic command, in which mode, and for how long.
 *
 * @module
 */
import { StoreMode } from '@pelikan/core'
import { BinaryCommand, type MemcacheRequest, MetaMode, Op } from '@pelikan/protocol-memcache'

/** Without a token, by {@link StoreMode}. */
const OPS: readonly Op[] = [Op.Set, Op.Add, Op.Replace, Op.Append, Op.Prepend]

/** The classic command that a request to store is an instance of: what it is counted and shown as. */
export function storedAs(request: MemcacheRequest): Op {
  const { cas, meta, op } = request
  if (op !== Op.MetaSet && op !== Op.Binary) return op
  const mode = storeModeOf(request)
  const compares = op === Op.MetaSet ? meta.compares : !cas.isZero()
  const isCas = compares && (mode === StoreMode.Set || mode === StoreMode.Replace)
  return isCas ? Op.Cas : OPS[mode]
}

/** How a request of the meta or the binary dialect stores. */
export function storeModeOf(request: MemcacheRequest): StoreMode {
  return request.op === Op.MetaSet ? metaModeOf(request) : binaryModeOf(request)
}

/** Whether the value is put before or behind the one that is there. */
export function joins(mode: StoreMode): boolean {
  return mode === StoreMode.Append || mode === StoreMode.Prepend
}

/** The exptime of a request to store; 0 where it has none. */
export function exptimeOf({ exptime, meta, op }: MemcacheRequest): number {
  if (op === Op.MetaSet) return meta.setsTtl ? meta.ttl : 0
  return op === Op.Binary ? exptime >>> 0 : exptime
}

function metaModeOf({ meta }: MemcacheRequest): StoreMode {
  switch (meta.mode) {
    case MetaMode.E:
      return StoreMode.Add
    case MetaMode.Append:
      return StoreMode.Append
    case MetaMode.Prepend:
      return StoreMode.Prepend
    case MetaMode.Replace:
      return StoreMode.Replace
    default:
      return StoreMode.Set
  }
}

/** With a token, `add` and `replace` are what `set` is: stored where the item has it. */
function binaryModeOf({ cas, command }: MemcacheRequest): StoreMode {
  switch (command) {
    case BinaryCommand.Append:
      return StoreMode.Append
    case BinaryCommand.Prepend:
      return StoreMode.Prepend
    case BinaryCommand.Add:
      return cas.isZero() ? StoreMode.Add : StoreMode.Set
    case BinaryCommand.Replace:
      return cas.isZero() ? StoreMode.Replace : StoreMode.Set
    default:
      return StoreMode.Set
  }
}
