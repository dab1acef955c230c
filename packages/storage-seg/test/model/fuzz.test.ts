/** Random operations on tiny heaps, with a recount after each: see `fuzz.ts` for how to prolong and repeat. */
import { describe, it } from 'vitest'
import { POLICIES } from '../begin.ts'
import { fuzz } from './fuzz.ts'
import { history, tinySettings } from './history.ts'
import { replay } from './replay.ts'

describe.each(POLICIES)('random operations under %s', (eviction) => {
  it('do what the model does, and leave a storage that adds up', { timeout: 3_600_000 }, () => {
    fuzz({
      eviction,
      settings: tinySettings,
      history: history(400),
      runs: 50,
      play: (settings, steps) => replay(eviction, settings, steps),
    })
  })
})
