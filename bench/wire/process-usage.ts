/**
 * What a process has used, from /proc: the only source that tells user from system time of another
 * process. Other systems than Linux have none, and every figure is NaN there.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

export interface CpuTime {
  /** Seconds in the process's own code. */
  readonly user: number
  /** Seconds in the kernel on its behalf. */
  readonly system: number
}

/** Clock ticks per second in /proc, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100
/** Fields behind the name in parentheses (proc_pid_stat(5) counts them from 1 and these are 14 and 15). */
const USER_FIELD = 11
const SYSTEM_FIELD = 12

/** CPU time of all threads since the process began. */
export function cpuTime(pid: number): CpuTime {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    user: Number(fields[USER_FIELD]) / TICKS_PER_SECOND,
    system: Number(fields[SYSTEM_FIELD]) / TICKS_PER_SECOND,
  }
}

/** Seconds that all cores together were busy since the machine started, time stolen by its host included. */
export function machineBusySeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = read('/proc/stat')
    .split(/\s+/u)
    .map(Number)
  const ticks = [user, nice, system, irq, softirq, steal]
  return ticks.reduce<number>((sum, value) => sum + (value ?? NaN), 0) / TICKS_PER_SECOND
}

/** Bytes of memory that the process has resident. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s*(\d+) kB/u.exec(read(`/proc/${pid}/status`))?.[1]) * 1024
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
