/**
 * One histogram for each command of the memcache protocol. A command of the binary dialect is timed as
 * that of the text dialect that does the same.
 *
 * @module
 */
import { type MetricDefinition, histogram } from '@pelikan/metrics'
import { type MemcacheRequest, Op, Part } from '@pelikan/protocol-memcache'
import { classicOps, verbs } from './classic-commands.ts'

/** What latencies are kept for. Those whose value may arrive in pieces come first. */
export const TIMED_COMMANDS = [
  'set',
  'add',
  'replace',
  'append',
  'prepend',
  'cas',
  'meta_set',
  'get',
  'gets',
  'gat',
  'gats',
  'touch',
  'delete',
  'incr',
  'decr',
  'meta_get',
  'meta_delete',
  'meta_arithmetic',
  'other',
] as const

/** What a latency is kept for: a command of the text protocol, or a kind of meta command. */
export type TimedCommand = (typeof TIMED_COMMANDS)[number]

const STORING_COUNT = TIMED_COMMANDS.indexOf('meta_set') + 1
const OTHER = TIMED_COMMANDS.indexOf('other')

const META: Readonly<Partial<Record<Op, TimedCommand>>> = {
  [Op.MetaGet]: 'meta_get',
  [Op.MetaSet]: 'meta_set',
  [Op.MetaDelete]: 'meta_delete',
  [Op.MetaArithmetic]: 'meta_arithmetic',
}

/** The place among {@link TIMED_COMMANDS}, by {@link Op}. */
const BY_OP = Int8Array.from({ length: Op.Administer + 1 }, (_, op) => {
  const name: string | undefined = META[op as Op] ?? verbs[op as Op]
  const place = TIMED_COMMANDS.findIndex((command) => command === name)
  return place < 0 ? OTHER : place
})

/** By {@link BinaryCommand}. What it retrieves comes with the token. */
const BY_BINARY = Int8Array.from(classicOps, (op) => {
  if (op === Op.Get) return BY_OP[Op.Gets]
  return op === Op.Gat ? BY_OP[Op.Gats] : BY_OP[op]
})

/** For `timed` of a server's parts. */
export const memcacheTimed: {
  readonly metrics: Readonly<Record<TimedCommand, MetricDefinition<'histogram'>>>
  readonly commandOf: (request: MemcacheRequest) => number
} = {
  metrics: Object.fromEntries(
    TIMED_COMMANDS.map((command) => [command, latency(command)]),
  ) as unknown as Readonly<Record<TimedCommand, MetricDefinition<'histogram'>>>,
  commandOf: (request) => {
    const { command, op, part } = request
    const place = op === Op.Binary ? BY_BINARY[command] : BY_OP[op]
    // A value that arrives in pieces takes as long as its client: only what completes it is timed.
    if (place >= STORING_COUNT || part === Part.Whole) return place
    return part === Part.End ? place : -1
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
