/**
 * Looks for a history that fails, and says it in lines that can be pasted into `regressions.test.ts`.
 *
 * `FUZZ_RUNS` histories are tried, or, where `FUZZ_SECONDS` is set, as many as that time allows, which is
 * spread over the policies; `FUZZ_SEED` is the first seed, by default one that is drawn.
 *
 * @module
 */
import type { Eviction } from '@pelikan/storage-seg'
import fc from 'fast-check'
import { POLICIES } from '../begin.ts'
import type { Settings, Step } from './history.ts'

export interface FuzzOptions {
  readonly eviction: Eviction
  readonly settings: fc.Arbitrary<Settings>
  readonly history: fc.Arbitrary<Step[]>
  /** Histories, unless the environment says otherwise. */
  readonly runs: number
  /** Whatever the environment says. */
  readonly seed?: number
  readonly play: (settings: Settings, steps: readonly Step[]) => void
}

/** Histories between two looks at the time. */
const RUNS_PER_LOOK = 50

/** @throws Error with the seed and the shortest history that was found to fail */
export function fuzz(options: FuzzOptions): void {
  const { FUZZ_RUNS = options.runs, FUZZ_SECONDS, FUZZ_SEED } = process.env
  let seed = options.seed ?? Number(FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
  if (FUZZ_SECONDS === undefined) return tryOut(options, seed, Number(FUZZ_RUNS))
  const until = performance.now() + (Number(FUZZ_SECONDS) * 1000) / POLICIES.length
  do tryOut(options, seed++, RUNS_PER_LOOK)
  while (performance.now() < until)
}

function tryOut(options: FuzzOptions, seed: number, numRuns: number): void {
  const { eviction, settings, history, play } = options
  const found = fc.check(fc.property(settings, history, play), { seed, numRuns })
  if (!found.failed || found.counterexample === null) return
  const [itsSettings, steps] = found.counterexample
  const cause = found.errorInstance instanceof Error ? found.errorInstance : undefined
  const text =
    `${cause?.message ?? 'it failed'}\n\n` +
    `FUZZ_SEED=${seed}, run ${found.numRuns}, shrunk ${found.numShrinks} times:\n\n` +
    `${asTest(eviction, itsSettings, steps)}\n`
  throw new Error(text, { cause })
}

/** A call of `replay` that does this, with a line for each step. */
export function asTest(eviction: Eviction, settings: Settings, steps: readonly Step[]): string {
  const lines = steps.map((step) => `  [${step.map((part) => literal(part)).join(', ')}],\n`)
  const fields = Object.entries(settings).map(([name, value]) => `${name}: ${literal(value)}`)
  return `replay('${eviction}', { ${fields.join(', ')} }, [\n${lines.join('')}])`
}

function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
