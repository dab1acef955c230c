import type { Clock } from '@pelikan/core'
import type { Metrics } from '@pelikan/metrics'
import type { Credentials } from './credentials.ts'
import type { ScannedStorage } from './item-dump.ts'
import type { TimeType } from './expiry.ts'
import type { ShownConnection } from './stats/connection-stats.ts'
import type { SegmentedStorage } from './stats/slab-stats.ts'
import type { Stat } from './stats/stat.ts'
import type { Watch } from './watch/watch.ts'

/** What the memcache commands need besides a storage. */
export interface MemcacheContext {
  readonly clock: Clock
  /** Declares {@link memcacheMetrics}. What else it declares is in `stats` where memcached has a name for it. */
  readonly metrics: Metrics
  /** What `version` answers. */
  readonly version: string
  /** How an exptime is read; memcached's way by default. */
  readonly timeType?: TimeType
  /** Whether clients may `flush_all`; they may by default. */
  readonly flushEnabled?: boolean
  /** Whether items have cas tokens; they have by default. */
  readonly casEnabled?: boolean
  /** Who may log in; by default anybody is served. The parser must be told to ask. */
  readonly credentials?: Credentials
  /**
   * What clients may list the keys of: the storage, `'forbidden'` as with -X; without it, it cannot be done.
   */
  readonly dumps?: ScannedStorage | 'forbidden'
  /** What clients may watch; without it, they may not, as with -W. */
  readonly watch?: Watch
  /** What `prefixPart` shares, for `stats detail`; without it, prefixes are not counted. */
  readonly prefixes?: unknown
  /** The connections that `stats conns` tells of; none without it. */
  readonly connections?: () => Iterable<ShownConnection>
  /** The storage, where it keeps items in segments, for `stats slabs` and `items`. */
  readonly segments?: SegmentedStorage
  /** What `shutdown` does; without it, clients may not. It returns, and the server stops soon after. */
  readonly shutdown?: () => void
  /** Lines of `stats` beyond what is counted in `metrics`. */
  readonly stats?: readonly Stat[]
  /** Lines of `stats settings`. */
  readonly settings?: readonly Stat[]
}
