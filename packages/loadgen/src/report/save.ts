import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeMachine } from './machine.ts'

/** `results` as JSON, with the machine and the day. What is not known is null. */
export function resultsJson(results: object): string {
  return `${JSON.stringify({ machine: describeMachine(), ...results }, null, 2)}\n`
}

/** Keep `results` as JSON at `path`; its folder is made. */
export function saveResults(path: string, results: object): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, resultsJson(results))
}
