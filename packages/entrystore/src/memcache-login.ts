/**
 * Logging in: by the first `set` of a text connection, or by SASL PLAIN (RFC 4616) of a binary one. What
 * came of it is kept with the connection, in the request that its parser fills again and again.
 *
 * @module
 */
import type { BoundMetrics } from '@pelikan/metrics'
import {
  BinaryCommand,
  BinaryStatus,
  type MemcacheRequest,
  type MemcacheResponse,
  Reply,
} from '@pelikan/protocol-memcache'
import type { Credentials } from './credentials.ts'
import type { memcacheMetrics } from './memcache-metrics.ts'

const PLAIN = 'PLAIN'

export class MemcacheLogin {
  /** `undefined` where anybody is served. */
  readonly #credentials: Credentials | undefined
  readonly #metrics: BoundMetrics<typeof memcacheMetrics>

  constructor(credentials: Credentials | undefined, metrics: BoundMetrics<typeof memcacheMetrics>) {
    this.#credentials = credentials
    this.#metrics = metrics
  }

  /** The value of the request is `USER PASSWORD`. */
  text(request: MemcacheRequest, response: MemcacheResponse): void {
    const { value, valueEnd, valueStart } = request
    const token = value.toString('latin1', valueStart, valueEnd)
    const blank = token.indexOf(' ')
    if (blank < 0) {
      response.reply(Reply.BadLoginFormat)
      return
    }
    const isRight = this.#check(token.slice(0, blank), token.slice(blank + 1))
    request.authenticated = isRight
    response.reply(isRight ? Reply.Stored : Reply.LoginFailure)
  }

  /** Whether a binary request is to be served: answers it where not. */
  admits(request: MemcacheRequest, response: MemcacheResponse): boolean {
    if (this.#credentials === undefined || request.authenticated) return true
    switch (request.command) {
      case BinaryCommand.SaslList:
      case BinaryCommand.SaslAuth:
      case BinaryCommand.SaslStep:
      case BinaryCommand.Version:
      case BinaryCommand.Reject:
        return true
      default:
        response.binaryStatus(BinaryStatus.AuthError)
        response.quit()
        return false
    }
  }

  /** One of the SASL commands. */
  sasl(request: MemcacheRequest, response: MemcacheResponse): void {
    const { command, key, keyEnd, keyStart, value, valueEnd, valueStart } = request
    if (this.#credentials === undefined) {
      response.binaryStatus(BinaryStatus.UnknownCommand)
      return
    }
    if (command === BinaryCommand.SaslList) {
      response.binaryValue(BinaryStatus.Ok, PLAIN)
      return
    }
    // PLAIN is one step: [authorize as] NUL user NUL password.
    const [, user, password] = value.toString('latin1', valueStart, valueEnd).split('\0')
    const isPlain =
      command === BinaryCommand.SaslAuth && key.toString('latin1', keyStart, keyEnd) === PLAIN
    const isRight = isPlain && this.#check(user ?? '', password ?? '')
    request.authenticated = isRight
    if (isRight) response.binaryValue(BinaryStatus.Ok, 'Authenticated')
    else response.binaryStatus(BinaryStatus.AuthError)
  }

  #check(user: string, password: string): boolean {
    this.#metrics.auth_cmds.increment()
    if (this.#credentials?.accepts(user, password) === true) return true
    this.#metrics.auth_errors.increment()
    return false
  }
}
