import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const KEY_BYTES = 32

/**
 * Who may log in. Kept as keyed digests and compared with all of them, so that how long a comparison
 * takes tells nothing of what is right.
 */
export class Credentials {
  readonly #key = randomBytes(KEY_BYTES)
  #digests: readonly Buffer[] = []

  /** Users and passwords are bytes, as latin1. */
  constructor(users: readonly { readonly user: string; readonly password: string }[]) {
    this.replace(users)
  }

  /** From now on, only `users` may log in; who is in stays. */
  replace(users: readonly { readonly user: string; readonly password: string }[]): void {
    this.#digests = users.map(({ password, user }) => this.#digest(`${user}\0${password}`))
  }

  /** Whether `user` has `password`. */
  accepts(user: string, password: string): boolean {
    const digest = this.#digest(`${user}\0${password}`)
    let isRight = false
    for (const known of this.#digests) isRight = timingSafeEqual(known, digest) || isRight
    return isRight
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text, 'latin1').digest()
  }
}
