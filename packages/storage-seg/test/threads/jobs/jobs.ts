/**
 * What a thread can do, a round at a time.
 *
 * @module
 */
import type { Hand } from '../hand.ts'
import { count } from './count.ts'
import { cramped } from './cramped.ts'
import { flushing } from './flushing.ts'
import { manyTtls } from './many-ttls.ts'
import { oneKey } from './one-key.ts'
import { stays } from './stays.ts'
import { stress } from './stress.ts'
import { win } from './win.ts'

export const jobs = {
  count,
  cramped,
  flushing,
  manyTtls,
  oneKey,
  stays,
  stress,
  win,
} satisfies Record<string, (hand: Hand, round: number) => void>

export type JobName = keyof typeof jobs
