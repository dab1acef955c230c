import { type Clock, type CloseReason, type Connection, type Observer, Status } from '@pelikan/core'
import { type MemcacheRequest, type MemcacheResponse, NO_OUTCOME } from '@pelikan/protocol-memcache'
import type { Expiry } from '../expiry.ts'
import { KeyUse, useOf } from '../key-use.ts'
import { EventKind } from './event-kind.ts'
import type { EventPost } from './event-post.ts'
import { countsOf } from './watch-memory.ts'
import {
  UNKNOWN_ADDRESS,
  addressOf,
  closedText,
  deletedText,
  fetchText,
  openedText,
  storeText,
} from './event-text.ts'

const FETCHES = countsOf(EventKind.Fetch)
const MUTATIONS = countsOf(EventKind.Mutation)
const DELETIONS = countsOf(EventKind.Deletion)
const CONNECTIONS = countsOf(EventKind.Connection)
const REQUESTS = FETCHES | MUTATIONS | DELETIONS

/** Tells who watches of the requests and the connections of one worker. */
export class WatchObserver implements Observer<MemcacheRequest, MemcacheResponse> {
  readonly #post: EventPost
  readonly #expiry: Expiry
  readonly #clock: Clock
  /** Who they are that came while connections were watched: of one that is gone it cannot be asked. */
  readonly #addresses = new Map<number, string>()

  constructor(post: EventPost, expiry: Expiry, clock: Clock) {
    this.#post = post
    this.#expiry = expiry
    this.#clock = clock
  }

  get sample(): number {
    return this.#post.watches(REQUESTS) ? 1 : 0
  }

  observe(request: MemcacheRequest, response: MemcacheResponse, connection: number): void {
    const { outcome } = response
    if (outcome === NO_OUTCOME) return
    const post = this.#post
    const use = useOf(request)
    if (use === KeyUse.Store) {
      if (!post.watches(MUTATIONS)) return
      post.post(
        EventKind.Mutation,
        storeText(request, response, connection, this.#expiry, this.#clock),
      )
      return
    }
    if (use === KeyUse.None) return
    if (post.watches(FETCHES)) {
      post.post(EventKind.Fetch, fetchText(request, response, connection))
    }
    if (use !== KeyUse.Delete || outcome !== Status.Ok) return
    if (post.watches(DELETIONS)) post.post(EventKind.Deletion, deletedText(request))
  }

  opened(number: number, connection: Connection): void {
    if (!this.#post.watches(CONNECTIONS)) return
    const address = addressOf(connection.peer())
    this.#addresses.set(number, address)
    this.#post.post(EventKind.Connection, openedText(number, address))
  }

  closed(number: number, _connection: Connection, reason: CloseReason): void {
    const address = this.#addresses.get(number) ?? UNKNOWN_ADDRESS
    this.#addresses.delete(number)
    if (!this.#post.watches(CONNECTIONS)) return
    this.#post.post(EventKind.Connection, closedText(number, address, reason))
  }
}
