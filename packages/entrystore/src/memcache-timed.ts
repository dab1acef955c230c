/**
 * One histogram for each command of the memcache protocol. A command of the binary dialect is timed as
 * that of the text dialect that does the same.
 *
 * @module
 */
import { type MetricDefinition, histogram } from '@pelikan/metrics'
import { BinaryCommand, type MemcacheRequest, Op, Part } from '@pelikan/protocol-memcache'

/** What a latency is kept for: a command of the text protocol, or a kind of meta command. */
export type TimedCommand =
  | 'set'
  | 'add'
  | 'replace'
  | 'append'
  | 'prepend'
  | 'cas'
  | 'meta_set'
  | 'get'
  | 'gets'
  | 'gat'
  | 'gats'
  | 'touch'
  | 'delete'
  | 'incr'
  | 'decr'
  | 'meta_get'
  | 'meta_delete'
  | 'meta_arithmetic'
  | 'other'

/** Those whose value may arrive in pieces. */
const STORING: readonly TimedCommand[] = [
  'set',
  'add',
  'replace',
  'append',
  'prepend',
  'cas',
  'meta_set',
]
const COMMANDS: readonly TimedCommand[] = [
  ...STORING,
  ...(['get', 'gets', 'gat', 'gats', 'touch', 'delete', 'incr', 'decr'] as const),
  ...(['meta_get', 'meta_delete', 'meta_arithmetic', 'other'] as const),
]

const OTHER = COMMANDS.indexOf('other')

const BY_OP: Readonly<Partial<Record<Op, TimedCommand>>> = {
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
  [Op.MetaGet]: 'meta_get',
  [Op.MetaSet]: 'meta_set',
  [Op.MetaDelete]: 'meta_delete',
  [Op.MetaArithmetic]: 'meta_arithmetic',
}

const BY_BINARY: Readonly<Partial<Record<BinaryCommand, TimedCommand>>> = {
  [BinaryCommand.Get]: 'gets',
  [BinaryCommand.GetKey]: 'gets',
  [BinaryCommand.GetAndTouch]: 'gats',
  [BinaryCommand.GetKeyAndTouch]: 'gats',
  [BinaryCommand.Set]: 'set',
  [BinaryCommand.Add]: 'add',
  [BinaryCommand.Replace]: 'replace',
  [BinaryCommand.Append]: 'append',
  [BinaryCommand.Prepend]: 'prepend',
  [BinaryCommand.Touch]: 'touch',
  [BinaryCommand.Delete]: 'delete',
  [BinaryCommand.Increment]: 'incr',
  [BinaryCommand.Decrement]: 'decr',
}

const placesOf = (by: Readonly<Partial<Record<number, TimedCommand>>>, count: number): Int8Array =>
  Int8Array.from({ length: count }, (_, i) => COMMANDS.indexOf(by[i] ?? 'other'))

const OPS = placesOf(BY_OP, Op.Administer + 1)
const BINARIES = placesOf(BY_BINARY, BinaryCommand.Reject + 1)

/** For `timed` of a server's parts. */
export const memcacheTimed: {
  readonly metrics: Readonly<Record<TimedCommand, MetricDefinition<'histogram'>>>
  readonly commandOf: (request: MemcacheRequest) => number
} = {
  metrics: Object.fromEntries(
    COMMANDS.map((command) => [command, latency(command)]),
  ) as unknown as Readonly<Record<TimedCommand, MetricDefinition<'histogram'>>>,
  commandOf: (request) => {
    const places = request.op === Op.Binary ? BINARIES : OPS
    const place = places[request.op === Op.Binary ? request.command : request.op] ?? OTHER
    // A value that arrives in pieces takes as long as its client: only what completes it is timed.
    if (place >= STORING.length || request.part === Part.Whole) return place
    return request.part === Part.End ? place : -1
  },
}

function latency(command: TimedCommand): MetricDefinition<'histogram'> {
  const what = command === 'other' ? 'all other commands' : command
  return histogram(
    `${command}_latency`,
    'nanoseconds',
    `Time of ${what}, from the start of the turn to the answer in the output; sampled.`,
  )
}
