/**
 * Commands about the server itself: those that are answered with a stream, `lru_crawler metadump`, `mgdump` and
 * `watch`, and the others, each with a line.
 *
 * @module
 */
import type { Clock, Execute } from '@pelikan/core'
import { type MemcacheRequest, type MemcacheResponse, Reply } from '@pelikan/protocol-memcache'
import { ItemDump, type ScannedStorage } from './item-dump.ts'
import { administer, dumpOf } from './memcache-admin.ts'
import type { MemcacheContext } from './memcache-context.ts'
import { kindsOf } from './watch/event-kind.ts'
import type { Watch } from './watch/watch.ts'

const WATCH = /^ *watch(?: |$)/
const WATCH_FORBIDDEN = 'CLIENT_ERROR watch commands not allowed'
const WATCH_PIPELINED = 'ERROR cannot pipeline other commands before watch'
const WATCHERS_MAX = 'WATCHER_TOO_MANY log watcher limit reached'

export class ServerCommands implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #clock: Clock
  readonly #dumps: ScannedStorage | 'forbidden' | undefined
  readonly #watch: Watch | undefined
  readonly #shutdown: (() => void) | undefined

  constructor({ clock, dumps, shutdown, watch }: MemcacheContext) {
    this.#clock = clock
    this.#dumps = dumps
    this.#watch = watch
    this.#shutdown = shutdown
  }

  execute({ key, keyEnd, keyStart }: MemcacheRequest, response: MemcacheResponse): void {
    const line = key.toString('latin1', keyStart, keyEnd)
    if (WATCH.test(line)) {
      this.#startWatch(line, response)
      return
    }
    if (this.#dumps !== undefined) {
      const dump = dumpOf(line)
      if (dump !== undefined) {
        this.#dump(dump, this.#dumps, response)
        return
      }
    }
    const answer = administer(line, this.#shutdown)
    if (answer !== '') response.line(answer)
  }

  #startWatch(line: string, response: MemcacheResponse): void {
    const [, ...words] = line.split(' ').filter((word) => word !== '')
    const watch = this.#watch
    if (watch === undefined) {
      response.line(WATCH_FORBIDDEN)
    } else if (response.isBehindOthers) {
      response.line(WATCH_PIPELINED)
    } else {
      const kinds = kindsOf(words)
      const source = kinds === 0 ? undefined : watch.start(kinds)
      if (source !== undefined) {
        response.reply(Reply.Ok)
        response.goOn(source)
      } else if (kinds === 0) {
        response.reply(Reply.Error)
      } else {
        response.line(WATCHERS_MAX)
      }
    }
  }

  #dump(
    { kind, which }: NonNullable<ReturnType<typeof dumpOf>>,
    dumps: ScannedStorage | 'forbidden',
    response: MemcacheResponse,
  ): void {
    if (dumps === 'forbidden') {
      response.line(`ERROR ${kind === 'metadump' ? 'metadump' : 'key dump'} not allowed`)
    } else if (which === 'bad') {
      response.line('BADCLASS invalid class id')
    } else {
      response.line('OK')
      response.goOn(new ItemDump(dumps, this.#clock, kind, which === 'all' ? Infinity : 0))
    }
  }
}
