/**
 * What the machine, or the container, has to give: defaults follow from it. A container's limits are those
 * of its cgroup, versions 1 and 2, as Node.js reads them.
 *
 * @module
 */
import { availableParallelism, totalmem } from 'node:os'

export interface Machine {
  readonly platform: string
  /** CPUs that the process may use. */
  readonly cpus: number
  readonly memoryBytes: number
  /** Memory that a cgroup leaves of it; `undefined` where none says less. */
  readonly memoryLimitBytes: number | undefined
  /** Whether the process may do whatever it wants. */
  readonly isRoot: boolean
}

export function thisMachine(): Machine {
  const memoryBytes = totalmem()
  // 0 where nothing is known, and numbers like 2^63 where there is no limit.
  const limit = process.constrainedMemory()
  return {
    platform: process.platform,
    cpus: availableParallelism(),
    memoryBytes,
    memoryLimitBytes: limit > 0 && limit < memoryBytes ? limit : undefined,
    isRoot: process.getuid?.() === 0,
  }
}
