/**
 * What to tell an operator who allows more connections than the system does.
 *
 * @param limit what `descriptorLimit` of `@pelikan/core` returns
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
