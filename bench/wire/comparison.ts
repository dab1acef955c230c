/**
 * Measures servers in alternating rounds: a machine that gets slower for a while slows both, and the
 * ratio of a round compares neighbours in time. Each load has fresh servers, so that no load finds the
 * memory that another one left.
 *
 * @module
 */
import { type Spread, spread } from '../report/spread.ts'
import { type Load, describeLoad, makeCodec } from './named-loads.ts'
import { type LoadResult, fill, runLoad } from './run-load.ts'
import { ServerProcess } from './server-process.ts'

export interface Side {
  readonly name: string
  readonly command: string
}

export interface ComparisonOptions {
  /** The first one is what the others are compared with. */
  readonly sides: readonly Side[]
  readonly rounds: number
  /** How long each side is measured in a round. */
  readonly seconds: number
}

export interface SideResult extends Side {
  readonly rounds: readonly LoadResult[]
}

export interface Comparison {
  readonly name: string
  readonly load: Load
  readonly description: string
  readonly seconds: number
  readonly sides: readonly SideResult[]
}

/** Time that is not counted: the server compiles and the generator too. */
const WARM_UP_SECONDS = 1.5

interface Contestant extends Side {
  readonly server: ServerProcess
  readonly rounds: LoadResult[]
}

export async function compareServers(
  name: string,
  load: Load,
  options: ComparisonOptions,
): Promise<Comparison> {
  const codec = makeCodec(load)
  const contestants: Contestant[] = []
  try {
    for (const side of options.sides) {
      const server = await ServerProcess.start(side.command, codec.probe)
      contestants.push({ ...side, server, rounds: [] })
      await fill(server, codec, { ...load, seconds: Infinity })
      await runLoad(server, codec, { ...load, seconds: WARM_UP_SECONDS })
    }
    for (let round = 0; round < options.rounds; round++) {
      const order = round % 2 === 0 ? contestants : contestants.toReversed()
      for (const { rounds, server } of order) {
        rounds.push(await runLoad(server, codec, { ...load, seconds: options.seconds }))
      }
    }
  } finally {
    for (const { server } of contestants) await server.stop()
  }
  return {
    name,
    load,
    description: describeLoad(load),
    seconds: options.seconds,
    sides: contestants.map(({ command, name: side, rounds }) => ({ name: side, command, rounds })),
  }
}

export type Measure = (result: LoadResult) => number

export function spreadOf(side: SideResult, measure: Measure): Spread {
  return spread(side.rounds.map(measure))
}

/** Of each round, how much `a` is of `b`. */
export function ratioOf(a: SideResult, b: SideResult, measure: Measure): Spread {
  return spread(a.rounds.map((result, round) => measure(result) / measure(b.rounds[round]!)))
}
