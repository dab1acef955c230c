/**
 * Descriptors of this process, which run out where many clients connect. libuv keeps one in reserve, with which it
 * accepts and closes whoever comes once there are no others; another thread may take it. Then an accept fails
 * without a word, again and again, as fast as the thread can. So whoever accepts through `node:net` leaves some.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

/** Descriptors that this process may have open at once; `undefined` where the system does not say. */
export function descriptorLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1]
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}

/** The descriptor of a socket or server of `node:net`, which tells it in no other way; negative where it has none. */
export function descriptorOf(socket: object): number {
  return (socket as WithHandle)._handle?.fd ?? -1
}

/**
 * Whether a socket that was accepted now has one of the last `count` descriptors, and is to be closed. The
 * system gives the lowest that is free.
 */
export function isAmongLast(count: number): (socket: object) => boolean {
  const first = (descriptorLimit() ?? Infinity) - count
  return (socket) => descriptorOf(socket) >= first
}

interface WithHandle {
  readonly _handle?: { readonly fd?: number } | null
}
