import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeMachine } from './machine.ts'

/** Keep `results` as JSON at `path`, with the machine and the day. */
export function saveResults(path: string, results: object): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ machine: describeMachine(), ...results }, null, 2)}\n`)
}
