import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeMachine } from './machine.ts'

const PAIR = /\[\s+([^\s,[\]]+),\s+([^\s,[\]]+)\s+\]/gu

/** `results` as JSON, with the machine and the day; a pair is a line. What is not known is null. */
export function resultsJson(results: object): string {
  const text = JSON.stringify({ machine: describeMachine(), ...results }, null, 2)
  return `${text.replace(PAIR, '[$1, $2]')}\n`
}

/** Keep `results` as JSON at `path`; its folder is made. */
export function saveResults(path: string, results: object): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, resultsJson(results))
}
