/**
 * Where figures come from: no number is worth keeping without the machine, the version and the day.
 *
 * @module
 */
import { cpus, release, totalmem, type } from 'node:os'

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGib: number
  readonly system: string
  readonly node: string
  /** Day of the run, such as `2026-11-23`. */
  readonly date: string
}

export function describeMachine(): Machine {
  const cores = cpus()
  return {
    cores: cores.length,
    processor: cores[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  }
}

/** One line for the head of a report. */
export function machineLine(machine: Machine): string {
  const { cores, date, memoryGib, node, processor, system } = machine
  return `${processor}, ${cores} cores, ${memoryGib} GiB, ${system}, Node.js ${node}, ${date}`
}
