/**
 * What files of the original may hold and what means nothing here: what was left over from its C
 * servers, what the event loop of Node.js does by itself, and sections of other programs.
 *
 * @module
 */
import { inertSection, section, type Section } from '../section.ts'
import { inertAdminSection } from './admin.ts'
import { inertKlogSection } from './klog.ts'
import { tlsSection } from './tls.ts'

/** Of `timeout` and `nevent` in `[server]` and `[worker]`. */
export const POLLED_BY_NODE = 'Node.js waits for events by itself'

const NOT_SERVED = 'this program has no such storage'
const NEVER_READ = 'the section of the storage is [seg]; the original ignores this one, too'
const LEFTOVER = "a leftover of the original's servers in C"
const FOREGROUND = 'the server stays in the foreground'

/** Keys above all sections. */
export const inertRootKeys: ReadonlyMap<string, string> = new Map([
  ['daemonize', FOREGROUND],
  ['pid_filename', FOREGROUND],
  ['dlog_interval', 'the log is written as it comes'],
])

/** Sections that every program knows, unless it has one of the same name. */
export function commonSections(): Readonly<Record<string, Section>> {
  return {
    admin: inertAdminSection(),
    klog: inertKlogSection(),
    tls: tlsSection(),
    time: inertSection('this program stores nothing', ['time_type']),
    seg: inertSection(NOT_SERVED, [
      'hash_power',
      'overflow_factor',
      'heap_size',
      'segment_size',
      'item_size_max',
      'eviction',
      'merge_target',
      'merge_max',
      'compact_target',
      'admission_ratio',
      'datapool_path',
    ]),
    segcache: section({ title: '', settings: {}, inertBecause: NEVER_READ }),
    buf: inertSection(LEFTOVER, ['size', 'poolsize']),
    dbuf: inertSection(LEFTOVER, ['max_power']),
    array: inertSection(LEFTOVER, ['nelem_delta']),
    sockio: inertSection(LEFTOVER, ['buf_sock_poolsize']),
    tcp: inertSection('the system chooses', ['backlog', 'poolsize']),
    stats_log: inertSection('there is no log of metrics', ['file', 'nbuf']),
  }
}
