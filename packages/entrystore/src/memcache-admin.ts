/**
 * Commands that look into memcached itself, answered as memcached does where the part that they are
 * about is turned off: there are no slabs and no crawler here, and memory is fixed at the start.
 *
 * @module
 */

const MAX_SLEEP_US = 1_000_000
const MIN_LIMIT_MB = 8
const MAX_LIMIT_MB = 1_000_000_000
const NUMBER = /^\d{1,10}$/
const MAX_UINT32 = 0xffff_ffff

const ERROR = 'ERROR'
const OK = 'OK'
const BAD_FORMAT = 'CLIENT_ERROR bad command line format'
const NO_CRAWLER = 'CLIENT_ERROR lru crawler disabled'

/**
 * What `line`, a command with its words, is answered with; nothing, where it is obeyed in silence.
 *
 * @param shutdown where clients may stop the server
 */
export function administer(line: string, shutdown?: () => void): string {
  const [verb = '', ...words] = line.split(' ').filter((word) => word !== '')
  switch (verb) {
    case 'lru_crawler':
      return crawler(words)
    case 'slabs':
      return slabs(words)
    case 'cache_memlimit':
      return memoryLimit(words)
    case 'shutdown':
      return stop(words, shutdown)
    default:
      return ERROR
  }
}

function crawler([what = '', number = '']: readonly string[]): string {
  switch (what) {
    case 'enable':
      return 'ERROR failed to start lru crawler thread'
    case 'disable':
      return OK
    case 'crawl':
    case 'metadump':
    case 'mgdump':
      return number === '' ? ERROR : NO_CRAWLER
    case 'sleep':
      if (!isUint32(number)) return BAD_FORMAT
      return Number(number) > MAX_SLEEP_US ? 'CLIENT_ERROR sleep must be one second or less' : OK
    case 'tocrawl':
      return isUint32(number) ? OK : BAD_FORMAT
    default:
      return ERROR
  }
}

const DUMP = /^ *lru_crawler +(metadump|mgdump) +(\S+) *$/
const CLASSES = /^\d{1,2}(?:,\d{1,2})*$/
/** All items are of one class. */
export const OUR_CLASS = 1

/** Which dump `line` asks for; `undefined` where it asks for none. */
export function dumpOf(
  line: string,
): { readonly kind: 'metadump' | 'mgdump'; readonly which: 'all' | 'none' | 'bad' } | undefined {
  const [, kind, classes = ''] = DUMP.exec(line) ?? []
  if (kind === undefined) return undefined
  return { kind: kind as 'metadump' | 'mgdump', which: whichOf(classes) }
}

function whichOf(classes: string): 'all' | 'none' | 'bad' {
  if (classes === 'all' || classes === 'hash') return 'all'
  if (!CLASSES.test(classes)) return 'bad'
  return classes.split(',').some((each) => Number(each) === OUR_CLASS) ? 'all' : 'none'
}

function slabs([what = '', ...words]: readonly string[]): string {
  const isComplete =
    what === 'reassign' ? words.length > 1 : what === 'automove' && words.length > 0
  return isComplete ? 'CLIENT_ERROR slab reassignment disabled' : ERROR
}

function memoryLimit([megabytes = '']: readonly string[]): string {
  if (!isUint32(megabytes)) return ERROR
  const limit = Number(megabytes)
  if (limit < MIN_LIMIT_MB) return 'MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m'
  if (limit > MAX_LIMIT_MB) {
    return 'MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes'
  }
  return 'MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust'
}

/** Either way answers that are due are sent: here, there is only the graceful way. */
function stop([mode]: readonly string[], shutdown: (() => void) | undefined): string {
  if (shutdown === undefined) return 'SERVER_ERROR: shutdown not enabled'
  if (mode !== undefined && mode !== 'graceful') return 'CLIENT_ERROR invalid shutdown mode'
  shutdown()
  return ''
}

function isUint32(text: string): boolean {
  return NUMBER.test(text) && Number(text) <= MAX_UINT32
}
