import type { Control } from './control.ts'
import type { HashTable } from './hash-table/hash-table.ts'

/** Do something while no other thread writes: every lock is held, taken in the order that {@link Control} draws. */
export function atStandstill<Result>(
  control: Control,
  table: HashTable,
  look: () => Result,
): Result {
  const { evictionLock, segmentLock } = control
  evictionLock.acquire()
  table.openAll()
  segmentLock.acquire()
  try {
    return look()
  } finally {
    segmentLock.release()
    table.closeAll()
    evictionLock.release()
  }
}
