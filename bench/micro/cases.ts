import type { BenchCases } from './bench-case.ts'
import { decimalCases } from './buffer-decimal.ts'
import { equalCases } from './buffer-equal.ts'
import { outputCases } from './buffer-output.ts'
import { uint64Cases } from './buffer-uint64.ts'
import { composeCases } from './compose.ts'
import { liveSampleCases } from './live-sample.ts'
import { observeCases } from './observe.ts'
import { parseCases } from './parse.ts'
import { serveCases } from './serve.ts'
import { sharedCopyCases } from './shared-copy.ts'
import { storageCases } from './storage.ts'

/** Every case. Loading it makes none of them. */
export const cases: BenchCases = {
  ...decimalCases,
  ...equalCases,
  ...outputCases,
  ...uint64Cases,
  ...parseCases,
  ...composeCases,
  ...sharedCopyCases,
  ...storageCases,
  ...serveCases,
  ...observeCases,
  ...liveSampleCases,
}
