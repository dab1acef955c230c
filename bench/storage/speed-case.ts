/** One cache under one kind of load, in a process of its own. */
import { equal } from 'node:assert/strict'
import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { readTask } from './case-process.ts'
import { type Contestant, type ContestantName, contestants } from './contestants.ts'
import { type Distribution, keySequence, KeySpace, VALUE_BYTES } from './key-space.ts'

export type LoadName = 'get' | 'set' | '90 % get'

export interface SpeedTask {
  readonly contestant: ContestantName
  readonly items: number
  readonly load: LoadName
  readonly distributions: readonly Distribution[]
  /** Milliseconds that are measured, after half as many that are not, or {@link WARM_UP_MS}. */
  readonly ms: number
}

export interface SpeedResult {
  /** Operations in a second, by distribution. */
  readonly rates: Readonly<Record<string, number>>
  /** Of the loads together, in milliseconds. */
  readonly longestPause: number
  readonly pauses: number
}

const SEQUENCE = 2 ** 20
/** Operations between two looks at the clock. */
const CHUNK = 2 ** 15
const SETS_EVERY = 10
const WARM_UP_MS = 1000

const task = readTask() as SpeedTask
const space = new KeySpace(task.items)
const contestant: Contestant = contestants[task.contestant](space)
const run = { get: runGets, set: runSets, '90 % get': runMixed }[task.load]

for (let n = 0; n < space.count; n++) contestant.set(n)
checkAll()

let longestPause = 0
let pauses = 0
const observer = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    pauses++
    longestPause = Math.max(longestPause, duration)
  }
})
const rates: Record<string, number> = {}
for (const distribution of task.distributions) {
  const sequence = keySequence(distribution, task.items, SEQUENCE, 1)
  await measure(sequence, Math.min(task.ms / 2, WARM_UP_MS))
  observer.observe({ entryTypes: ['gc'] })
  rates[distribution] = await measure(sequence, task.ms)
  // Entries of the last moments arrive in a later turn.
  await setImmediate()
  observer.disconnect()
}
checkAll()
const result: SpeedResult = { rates, longestPause, pauses }
console.log(JSON.stringify(result))

/** Operations in a second. */
async function measure(sequence: Int32Array, ms: number): Promise<number> {
  let operations = 0
  let spent = 0
  while (spent < ms) {
    const start = operations % SEQUENCE
    const began = performance.now()
    run(sequence, start, start + CHUNK)
    spent += performance.now() - began
    operations += CHUNK
    await setImmediate()
  }
  return (operations / spent) * 1000
}

function runGets(sequence: Int32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) check(sequence[i]!)
}

function runSets(sequence: Int32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) contestant.set(sequence[i]!)
}

function runMixed(sequence: Int32Array, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    if (i % SETS_EVERY === 0) contestant.set(sequence[i]!)
    else check(sequence[i]!)
  }
}

/** @throws Error where key `n` is gone or has the value of another */
function check(n: number): void {
  if (contestant.get(n) !== space.values[space.valueAt(n)]) throw new Error(`key ${n} is wrong`)
}

function checkAll(): void {
  for (let n = 0; n < space.count; n++) {
    check(n)
    const start = space.valueAt(n)
    equal(contestant.last().compare(space.values, start, start + VALUE_BYTES), 0)
  }
}
