/** Long random histories under every policy, compared with a `Map`. */
import { describe, it } from 'vitest'
import { POLICIES } from '../begin.ts'
import { fuzz } from './fuzz.ts'
import { ampleSettings, history, tinySettings } from './history.ts'
import { replay } from './replay.ts'

describe.each(POLICIES)('under %s', (eviction) => {
  it('a heap with room for everything is the Map', { timeout: 3_600_000 }, () => {
    fuzz({
      eviction,
      settings: ampleSettings,
      history: history(2000),
      runs: 15,
      play: (settings, steps) =>
        replay(eviction, settings, steps, { heap: 'ample', recounts: false }),
    })
  })

  it('a full one misses what it evicted, and else is the Map', { timeout: 3_600_000 }, () => {
    fuzz({
      eviction,
      settings: tinySettings,
      history: history(2000),
      runs: 50,
      play: (settings, steps) => replay(eviction, settings, steps, { recounts: false }),
    })
  })
})
