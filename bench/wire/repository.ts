import { join } from 'node:path'

/** Where commands of servers run. */
export const REPOSITORY: string = join(import.meta.dirname, '../..')

/** One exchange that shows that a memcache server answers. */
export const MEMCACHE_PROBE = { request: 'version\r\n', reply: 'VERSION ' } as const
