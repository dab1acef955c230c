import { vi } from 'vitest'

const PATIENCE_MS = 10_000

/** Wait until `assert` does not throw. What comes does come; on a busy machine it takes its time. */
export function soon<Result>(assert: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(assert, PATIENCE_MS)
}
