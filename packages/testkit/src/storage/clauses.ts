/** The clauses of the storage contract, one example each. */
import { arithmeticClauses } from './clauses/arithmetic.ts'
import { expiryClauses } from './clauses/expiry.ts'
import { flushClauses } from './clauses/flush.ts'
import { memoryClauses } from './clauses/memory.ts'
import { readingClauses } from './clauses/reading.ts'
import { reservationClauses } from './clauses/reservation.ts'
import { sizeClauses } from './clauses/size.ts'
import { termsClauses } from './clauses/terms.ts'
import { markClauses } from './clauses/marks.ts'
import { writingClauses } from './clauses/writing.ts'
import type { StorageTest } from './storage-test.ts'

export const storageClauses: readonly StorageTest[] = [
  ...readingClauses,
  ...writingClauses,
  ...arithmeticClauses,
  ...expiryClauses,
  ...reservationClauses,
  ...flushClauses,
  ...markClauses,
  ...termsClauses,
  ...sizeClauses,
  ...memoryClauses,
]
