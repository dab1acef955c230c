/**
 * Runs the micro benches: a process for each case, in rounds that go through all cases, so that a bad
 * moment of the machine spoils one round and not one case.
 *
 *     node bench/micro/run.ts              every case
 *     node bench/micro/run.ts equal 9      cases whose name has "equal" in it, 9 rounds
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type Spread,
  describeMachine,
  machineLine,
  saveResults,
  showSpread,
  spread,
  textTable,
} from '@pelikan/loadgen'
import { benchCommand, runCommand, whole } from '../report/command-line.ts'
import { cases } from './cases.ts'

const execute = promisify(execFile)
const RUN_CASE = join(import.meta.dirname, 'run-case.ts')
const RESULTS = join(import.meta.dirname, '../results/micro.json')
const MILLISECONDS = '200'

const command = benchCommand(
  'bench/micro/run.ts',
  'Nanoseconds per operation of buffers, parsers, composing, storages and observers.',
)
  .argument('[filter]', 'cases whose name has this in it; by default all', '')
  .argument('[rounds]', 'rounds, which go through all cases', whole(1), 5)

await runCommand(command, async ({ print }) => {
  const [filter, rounds] = command.processedArgs as [string, number]
  const names = Object.keys(cases).filter((name) => name.includes(filter))
  if (names.length === 0) {
    command.error(`no case has "${filter}" in its name; there are ${Object.keys(cases).join(', ')}`)
  }
  const measured = await measure(names, rounds)
  print(machineLine(describeMachine()))
  print(`nanoseconds per operation, median (min-max) of ${rounds} rounds\n`)
  const rows = names.map((name) => {
    const result = measured.get(name)!
    const first = measured.get(firstOf(name, names))!
    return [name, showSpread(result, 1), `${(result.median / first.median).toFixed(2)}x`]
  })
  print(textTable([['', 'ns', 'of the first'], ...rows]))
  if (filter === '') saveResults(RESULTS, { rounds, nanos: Object.fromEntries(measured) })
})

async function measure(
  names: readonly string[],
  rounds: number,
): Promise<ReadonlyMap<string, Spread>> {
  const measured = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { stdout } = await execute(process.execPath, [RUN_CASE, name, MILLISECONDS])
      measured.get(name)?.push(Number(stdout))
    }
  }
  return new Map(Array.from(measured, ([name, values]) => [name, spread(values)]))
}

/** The first answer to the question that `name` answers. */
function firstOf(name: string, names: readonly string[]): string {
  const question = name.slice(0, name.lastIndexOf('/') + 1)
  return names.find((other) => other.startsWith(question)) ?? name
}
