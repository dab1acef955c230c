/**
 * A case of a bench: a script in a process that does nothing else. It is told what to do as JSON, and what
 * it prints is JSON. It ends with the process that has started it, however that one ends.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { PelikanError } from '@pelikan/core'
import { endWithThis } from '@pelikan/loadgen'
import { BenchError } from '../report/command-line.ts'

const COMPILE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/node')

/** @throws BenchError where it ends with another code than 0; it has said why on standard error */
export async function runCase<Result>(script: string, task: object): Promise<Result> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    // As `npm start` does: a process that strips the types of its files takes 30 MiB for that.
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  })
  endWithThis(child)
  const [output, [code, signal]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ])
  if (code !== 0) throw new BenchError(`${script} ended with ${signal ?? `code ${code}`}`)
  return JSON.parse(output) as Result
}

/** The same script for each of `tasks`, so many at once; returns what they print in the order of the tasks. */
export async function runCases<Result>(
  script: string,
  tasks: readonly object[],
  atOnce: number,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const left = tasks.entries()
  const runner = async (): Promise<void> => {
    // All runners take from one iterator.
    for (const [index, task] of left) results[index] = await runCase<Result>(script, task)
  }
  await Promise.all(Array.from({ length: atOnce }, runner))
  return results
}

/**
 * In a case's process: what it was told to do. Ends the process with a sentence where it was told nothing,
 * and later where it fails for a reason that is not its own, such as a server that is not installed.
 */
export function readTask(): unknown {
  const [, file = '', task = ''] = process.argv
  process.once('uncaughtException', (error) => {
    console.error(error instanceof PelikanError ? error.message : error)
    process.exit(1)
  })
  try {
    return JSON.parse(task)
  } catch {
    const what = `${basename(file)} is one case of a bench, which starts it with a task as JSON`
    if (task === '--help') console.log(what)
    else console.error(what)
    process.exit(task === '--help' ? 0 : 2)
  }
}
