import { readFileSync } from 'node:fs'

/** Descriptors that this process may have open at once; `undefined` where the system does not say. */
export function descriptorLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1]
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}

/**
 * What to tell an operator who allows more connections than the system does.
 *
 * @param limit what {@link descriptorLimit} returns
 */
export function descriptorWarning(
  maxConnections: number,
  limit: number | undefined,
): string | undefined {
  if (limit === undefined || maxConnections < limit) return undefined
  return (
    `server.max_connections = ${maxConnections} cannot be reached: the system allows this process ` +
    `${limit} open files (ulimit -n)`
  )
}
