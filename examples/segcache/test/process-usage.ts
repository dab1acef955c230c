/**
 * What a process takes, as Linux accounts it.
 *
 * @module
 */
import { readFileSync, readdirSync } from 'node:fs'

const MILLISECONDS_PER_JIFFY = 10
/** Of /proc/PID/stat, behind the name of the program: utime and stime. */
const UTIME = 11
const STIME = 12

export function residentBytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line![1]) * 1024
}

/** Time that all its threads have computed, in the program and in the kernel. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[UTIME]) + Number(fields[STIME])) * MILLISECONDS_PER_JIFFY
}

/** Descriptors that it has open. */
export function descriptorCount(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Descriptors below `limit` that it has not open; it may have been given one beyond. */
export function freeDescriptors(pid: number, limit: number): number {
  return limit - readdirSync(`/proc/${pid}/fd`).filter((each) => Number(each) < limit).length
}
