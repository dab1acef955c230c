import { Roster, type RosterMember } from '@pelikan/core'

/** Sessions that are open, and those who wait until none is. Visited as in a {@link Roster}. */
export class OpenSessions<Session extends RosterMember> implements Iterable<Session> {
  readonly #sessions = new Roster<Session>()
  #whenEmpty: (() => void) | undefined = undefined

  get size(): number {
    return this.#sessions.size
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions[Symbol.iterator]()
  }

  add(session: Session): void {
    this.#sessions.add(session)
  }

  /** @returns whether it was there */
  delete(session: Session): boolean {
    const wasOpen = this.#sessions.delete(session)
    if (wasOpen && this.#sessions.size === 0) this.#whenEmpty?.()
    return wasOpen
  }

  /** Wait until none is open, or `graceMs` have passed. */
  async empty(graceMs: number): Promise<void> {
    if (this.#sessions.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs)
      this.#whenEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
