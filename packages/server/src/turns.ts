import type { Transport } from '@pelikan/core'

/** Wait for `count` turns of `transport`. */
export function turns(transport: Pick<Transport, 'defer'>, count: number): Promise<void> {
  return new Promise((resolve) => {
    const next = (left: number): void => {
      if (left === 0) resolve()
      else transport.defer(() => next(left - 1))
    }
    next(count)
  })
}
