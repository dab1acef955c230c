import type { Status } from '@pelikan/core'

/** There is no outcome: an error of the client, a command about no key, or a part of a value. */
export const NO_OUTCOME = -1

/**
 * What became of a request in the storage, whatever the dialect: `Ok` for a key that was found, a value
 * that was stored and so on, `NotFound` for a key that was not there.
 */
export type Outcome = Status | typeof NO_OUTCOME
