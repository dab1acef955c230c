/** Whose answers ours are. */
const COMPATIBLE_WITH = '1.6.45'

/**
 * What `version` and `stats` say of a server of ours whose version is `own`: memcached's first. Clients
 * read it as a number and take one below 1 for no memcached at all (libmemcached 1.1.4), or choose by it
 * which commands they may use.
 */
export function memcachedVersion(own: string): string {
  return `${COMPATIBLE_WITH}-pelikan-${own}`
}
