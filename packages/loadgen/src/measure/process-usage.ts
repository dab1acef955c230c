/**
 * What processes have used, from /proc: the only source that tells user from system time of another
 * process. Other systems than Linux have none, and every figure is NaN there.
 *
 * @module
 */
import { readFileSync, readdirSync } from 'node:fs'

export interface CpuTime {
  /** Seconds in the program's own code. */
  readonly user: number
  /** Seconds in the kernel on its behalf. */
  readonly system: number
}

/** Clock ticks per second in /proc, on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100
/** Fields behind the name in parentheses (proc_pid_stat(5) counts them from 1 and these are 5, 14 and 15). */
const GROUP_FIELD = 2
const USER_FIELD = 11
const SYSTEM_FIELD = 12

/** Whether there is such a process, whoever's it is. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** CPU time of all threads of a process since it began. */
export function cpuTime(pid: number): CpuTime {
  const fields = statFields(pid)
  return { user: seconds(fields[USER_FIELD]), system: seconds(fields[SYSTEM_FIELD]) }
}

/** CPU time of all processes of a process group, such as a shell and the server that it started. */
export function groupCpuTime(group: number): CpuTime {
  let user = 0
  let system = 0
  let members = 0
  for (const pid of processes()) {
    const fields = statFields(pid)
    if (Number(fields[GROUP_FIELD]) !== group) continue
    user += seconds(fields[USER_FIELD])
    system += seconds(fields[SYSTEM_FIELD])
    members++
  }
  return members === 0 ? { user: NaN, system: NaN } : { user, system }
}

/** Seconds that all cores together were busy since the machine started, time stolen by its host included. */
export function machineBusySeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = read('/proc/stat').split(/\s+/u)
  return [user, nice, system, irq, softirq, steal].reduce((sum, ticks) => sum + seconds(ticks), 0)
}

/** Bytes of memory that the process has resident. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s*(\d+) kB/u.exec(read(`/proc/${pid}/status`))?.[1]) * 1024
}

/** What follows the name of the program, which may have blanks in it. */
function statFields(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function seconds(ticks: string | undefined): number {
  return Number(ticks) / TICKS_PER_SECOND
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
