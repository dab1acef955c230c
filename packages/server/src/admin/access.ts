/**
 * Who may read the admin endpoint: whoever is on this machine where it listens at loopback, and elsewhere
 * whoever has the token.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 24
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i
/** An IPv4 address, an IPv6 address in brackets or `localhost`, with a port or without. */
const LOCAL_HOST = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\]|localhost)(?::\d+)?$/i

/** Whether only this machine can connect to `host`. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** Whether the `Host` of a request is no name that somebody else's DNS may have pointed here. */
export function isLocalHostHeader(host: string | undefined): boolean {
  return host === undefined || LOCAL_HOST.test(host)
}

export class AdminToken {
  readonly text: string
  readonly #digest: Buffer

  /** @param text a random one without it */
  constructor(text: string = randomBytes(TOKEN_BYTES).toString('base64url')) {
    this.text = text
    this.#digest = digest(text)
  }

  /** Whether an `Authorization` header has this token; the time it takes does not tell how much of it. */
  admits(authorization: string | undefined): boolean {
    const [, brought] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
    return brought !== undefined && timingSafeEqual(digest(brought), this.#digest)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
