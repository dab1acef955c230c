/**
 * Sessions that go on in a later turn: those that yielded, in the next one; those whose answer has nothing to
 * say for now, a little later. A timer for these exists only while there are some.
 *
 * @module
 */
import type { Transport } from '@pelikan/core'

/** How often answers are asked that wait for something to say. */
const AWAIT_MS = 50

/** Something that goes on. */
interface Waiting {
  readonly nextTurn: () => void
}

export class WaitingSessions {
  readonly #transport: Pick<Transport, 'defer' | 'every'>
  readonly #startTurn: () => void
  #yielded: Waiting[] = []
  #awaiting: Waiting[] = []
  #endTimer: (() => void) | undefined = undefined

  /** @param startTurn called before any of them goes on */
  constructor(transport: Pick<Transport, 'defer' | 'every'>, startTurn: () => void) {
    this.#transport = transport
    this.#startTurn = startTurn
  }

  /** Let `session` go on in the next turn. */
  yielded(session: Waiting): void {
    this.#yielded.push(session)
    if (this.#yielded.length > 1) return
    this.#transport.defer(() => {
      const sessions = this.#yielded
      this.#yielded = []
      this.#goOn(sessions)
    })
  }

  /** Let `session` go on a little later. */
  awaiting(session: Waiting): void {
    this.#awaiting.push(session)
    this.#endTimer ??= this.#transport.every(AWAIT_MS, () => {
      const sessions = this.#awaiting
      this.#awaiting = []
      this.#goOn(sessions)
      if (this.#awaiting.length > 0) return
      this.#endTimer?.()
      this.#endTimer = undefined
    })
  }

  #goOn(sessions: readonly Waiting[]): void {
    this.#startTurn()
    for (const session of sessions) session.nextTurn()
  }
}
