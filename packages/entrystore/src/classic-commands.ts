/**
 * The commands on keys of the text dialects by name, and which of them a binary command is.
 *
 * @module
 */
import { BinaryCommand, type MemcacheRequest, Op } from '@pelikan/protocol-memcache'

/** As clients write them. */
export const verbs: Readonly<Partial<Record<Op, string>>> = {
  [Op.Get]: 'get',
  [Op.Gets]: 'gets',
  [Op.Gat]: 'gat',
  [Op.Gats]: 'gats',
  [Op.Set]: 'set',
  [Op.Add]: 'add',
  [Op.Replace]: 'replace',
  [Op.Append]: 'append',
  [Op.Prepend]: 'prepend',
  [Op.Cas]: 'cas',
  [Op.Touch]: 'touch',
  [Op.Delete]: 'delete',
  [Op.Increment]: 'incr',
  [Op.Decrement]: 'decr',
  [Op.MetaGet]: 'mg',
  [Op.MetaSet]: 'ms',
  [Op.MetaDelete]: 'md',
  [Op.MetaArithmetic]: 'ma',
  [Op.MetaDebug]: 'me',
}

const BY_BINARY: Readonly<Partial<Record<number, Op>>> = {
  [BinaryCommand.Get]: Op.Get,
  [BinaryCommand.GetKey]: Op.Get,
  [BinaryCommand.GetAndTouch]: Op.Gat,
  [BinaryCommand.GetKeyAndTouch]: Op.Gat,
  [BinaryCommand.Set]: Op.Set,
  [BinaryCommand.Add]: Op.Add,
  [BinaryCommand.Replace]: Op.Replace,
  [BinaryCommand.Append]: Op.Append,
  [BinaryCommand.Prepend]: Op.Prepend,
  [BinaryCommand.Touch]: Op.Touch,
  [BinaryCommand.Delete]: Op.Delete,
  [BinaryCommand.Increment]: Op.Increment,
  [BinaryCommand.Decrement]: Op.Decrement,
}

/** By {@link BinaryCommand}; {@link Op.Binary} for those that are about no key. */
export const classicOps: readonly Op[] = Array.from(
  { length: BinaryCommand.Reject + 1 },
  (_, command) => BY_BINARY[command] ?? Op.Binary,
)

/** The command of a text dialect that a request is, or does the same as. */
export function classicOf({ command, op }: MemcacheRequest): Op {
  return op === Op.Binary ? classicOps[command] : op
}
