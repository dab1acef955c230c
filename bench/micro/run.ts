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
import { cases } from './cases.ts'

const execute = promisify(execFile)
const RUN_CASE = join(import.meta.dirname, 'run-case.ts')
const RESULTS = join(import.meta.dirname, '../results/micro.json')
const MILLISECONDS = '200'

const [filter = '', rounds = '5'] = process.argv.slice(2)
const names = Object.keys(cases).filter((name) => name.includes(filter))
if (names.length === 0) throw new TypeError(`no case has "${filter}" in its name`)

const measured = new Map<string, number[]>(names.map((name) => [name, []]))
for (let round = 0; round < Number(rounds); round++) {
  const order = round % 2 === 0 ? names : names.toReversed()
  for (const name of order) {
    const { stdout } = await execute(process.execPath, [RUN_CASE, name, MILLISECONDS])
    measured.get(name)?.push(Number(stdout))
  }
}

const results = new Map<string, Spread>()
for (const [name, values] of measured) results.set(name, spread(values))

console.log(machineLine(describeMachine()))
console.log(`nanoseconds per operation, median (min-max) of ${rounds} rounds\n`)
const rows = names.map((name) => {
  const result = results.get(name)!
  const first = results.get(firstOf(name))!
  return [name, showSpread(result, 1), `${(result.median / first.median).toFixed(2)}x`]
})
console.log(textTable([['', 'ns', 'of the first'], ...rows]))
if (filter === '')
  saveResults(RESULTS, { rounds: Number(rounds), nanos: Object.fromEntries(results) })

/** The first answer to the question that `name` answers. */
function firstOf(name: string): string {
  const question = name.slice(0, name.lastIndexOf('/') + 1)
  return names.find((other) => other.startsWith(question)) ?? name
}
