import { expect, it } from 'vitest'
import { readPauses } from '../wire/garbage-pauses.ts'

const AVERAGE = '(average mu = 1.000, current mu = 1.000)'
const SCAVENGE = `[7:0x18994000]      230 ms: Scavenge 4.8 (5.6) -> 4.3 (6.4) MB, pooled: 0.0 MB, 0.42 / 0.00 ms ${AVERAGE} allocation failure;\n`

function markCompact(end: string, step: string): string {
  const steps = `(+ 9.8 ms in 26 steps since start of marking, biggest step ${step} ms, walltime since start of marking 43 ms)`
  return `[7:0x18994000]      231 ms: Incremental Mark-Compact 62.1 (76.2) -> 50.3 (64.3) MB, pooled: 0.0 MB, ${end} / 0.00 ms ${steps} ${AVERAGE} finalize incremental marking via task\n`
}

it('finds every collection among what a server prints', () => {
  expect(readPauses(`segcache listens at 127.0.0.1:11211\n${SCAVENGE}64 MB\n${SCAVENGE}`)).toEqual([
    0.42, 0.42,
  ])
})

it('takes the longest time without the program: the end, or a step before it', () => {
  expect(readPauses(markCompact('6.76', '9.0') + markCompact('6.76', '1.0'))).toEqual([9, 6.76])
})

it('knows a collection without what is pooled, as other versions print it', () => {
  expect(readPauses(SCAVENGE.replace(' pooled: 0.0 MB,', ''))).toEqual([0.42])
})
