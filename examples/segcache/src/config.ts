/** The settings of segcache, for files, flags and environment variables. */
import { createRequire } from 'node:module'
import {
  type ConfigOf,
  type MemcachedSettings,
  type User,
  adminSection,
  debugSection,
  defineProgram,
  hotkeySection,
  klogSection,
  memcacheSection,
  memcachedSettings,
  readCredentialsFile,
  segSection,
  serverSection,
  timeSection,
  workerSection,
} from '@pelikan/config'
import { listMetrics } from './metrics.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

export const program = defineProgram({
  name: 'segcache',
  version,
  description: 'A memcached-compatible cache server that keeps its items in segments.',
  examples: [
    'segcache -m 1024 -p 11212',
    'segcache config/segcache.toml',
    'PELIKAN_SEG_HEAP_SIZE=1GB segcache',
    'segcache top --help',
  ],
  stats: listMetrics,
  sections: {
    server: serverSection({ port: 11_211 }),
    worker: workerSection('several'),
    memcache: memcacheSection(),
    seg: segSection(),
    time: timeSection(),
    admin: adminSection(),
    klog: klogSection(),
    hotkey: hotkeySection(),
    debug: debugSection(),
  },
})

export type { User }

export type SegcacheConfig = ConfigOf<typeof program>

/** What the parts are made with: plain data, which worker threads are sent. */
export interface SegcacheSettings extends Pick<
  SegcacheConfig,
  'klog' | 'memcache' | 'seg' | 'time'
> {
  readonly name: string
  readonly version: string
  readonly transport: SegcacheConfig['worker']['transport']
  /** What `stats` and `stats settings` say of the configuration. */
  readonly reported: MemcachedSettings
  /** Who may log in; `undefined` where anybody is served. */
  readonly users: readonly User[] | undefined
  /** `undefined` where nobody looks at keys, or nobody could ask which are hot. */
  readonly hotkey: SegcacheConfig['hotkey'] | undefined
}

/** @throws ConfigError where the file of those who may log in cannot be used */
export function settingsOf(config: SegcacheConfig): SegcacheSettings {
  const { admin, hotkey, klog, memcache, seg, time, worker } = config
  const reported = memcachedSettings(config, {
    memoryBytes: seg.heapSizeBytes,
    itemSizeMaxBytes: seg.itemSizeMaxBytes,
    evicts: seg.eviction !== 'none',
  })
  const users = usersOf(config)
  return {
    name: program.name,
    version,
    transport: worker.transport,
    klog,
    memcache,
    seg,
    time,
    reported,
    users,
    hotkey: hotkey.enable && admin.httpEnabled ? hotkey : undefined,
  }
}

/**
 * Who may log in, as the file says now; `undefined` where anybody is served.
 *
 * @throws ConfigError where the file cannot be used
 */
export function usersOf({ memcache: { authFile } }: SegcacheConfig): readonly User[] | undefined {
  return authFile === undefined ? undefined : readCredentialsFile(authFile)
}
