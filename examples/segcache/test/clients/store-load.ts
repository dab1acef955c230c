/**
 * A random mix of set, get and delete on what is built on a client and can do no more, each answer
 * compared with what a `Map` says. Of several stores at once each has keys of its own.
 */
import { randomFrom } from './verified-load.ts'

/** What a store does for whoever uses it. */
export interface Store {
  readonly set: (key: string, value: string) => Promise<unknown>
  readonly get: (key: string) => Promise<string | undefined>
  readonly delete: (key: string) => Promise<unknown>
}

const KEYS = 8
/** Chains of requests that a store is asked at once. */
const LANES = 20

/** Resolves with the number of operations; rejects at the first answer that is not the expected one. */
export async function storeLoad(store: Store, prefix: string, operations: number): Promise<number> {
  const done = await Promise.all(
    Array.from({ length: LANES }, (_, lane) =>
      runLane(store, `${prefix}-${lane}-`, operations / LANES),
    ),
  )
  return done.reduce((sum, count) => sum + count, 0)
}

async function runLane(store: Store, prefix: string, operations: number): Promise<number> {
  const random = randomFrom(prefix.length * 1000 + operations)
  const model = new Map<string, string>()
  for (let done = 0; done < operations; done++) {
    const key = `${prefix}${random(KEYS)}`
    const kind = random(10)
    if (kind < 4) {
      const value = `${done}:${'x'.repeat(random(100))}`
      model.set(key, value)
      await store.set(key, value)
    } else if (kind < 9) {
      const found = await store.get(key)
      if (found !== model.get(key)) {
        throw new Error(`${key}: ${JSON.stringify(found)}, not ${JSON.stringify(model.get(key))}`)
      }
    } else {
      model.delete(key)
      await store.delete(key)
    }
  }
  return operations
}
