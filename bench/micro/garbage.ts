/**
 * Counts the garbage collections that parsing and composing cause: scavenges per million gets, from
 * the trace of V8. More than one per million ends with exit code 1.
 *
 *     node bench/micro/garbage.ts
 *
 * @module
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describeMachine, machineLine } from '@pelikan/loadgen'
import { benchCommand, runCommand } from '../report/command-line.ts'

const LOOP = join(import.meta.dirname, 'garbage-loop.ts')
const MILLIONS = 20
const GOAL = 1

const command = benchCommand(
  'bench/micro/garbage.ts',
  'Scavenges per million gets in parsing and composing; ends with 1 where there is more than one.',
)

await runCommand(command, async ({ exitWith, print }) => {
  const trace = execFileSync(process.execPath, ['--trace-gc', LOOP, String(MILLIONS * 1e6)], {
    encoding: 'utf8',
  })
  const { begin, end } = marks(trace)
  const collections = trace.split('\n').flatMap((line) => {
    const match = /(\d+) ms: (Scavenge|Mark-Compact)/u.exec(line)
    return match === null ? [] : [{ at: Number(match[1]), kind: match[2] }]
  })
  const counted = collections.filter(({ at }) => at > begin && at < end)
  const scavenges = counted.filter(({ kind }) => kind === 'Scavenge').length / MILLIONS
  const full = (counted.length / MILLIONS - scavenges).toFixed(2)

  print(machineLine(describeMachine()))
  print(
    `parse and compose ${MILLIONS} million pipelined gets in ${(end - begin).toFixed(0)} ms: ` +
      `${scavenges.toFixed(2)} scavenges and ${full} full collections per million ` +
      `(before, starting up: ${collections.filter(({ at }) => at <= begin).length})`,
  )
  if (scavenges > GOAL) {
    print(`The goal is missed: at most ${GOAL} scavenge per million.`)
    exitWith(1)
  }
})

/** Between which moments the gets were served. */
function marks(text: string): { readonly begin: number; readonly end: number } {
  const line = text.split('\n').find((candidate) => candidate.startsWith('{'))
  if (line === undefined) throw new Error(`no marks in the trace:\n${text}`)
  return JSON.parse(line) as { begin: number; end: number }
}
