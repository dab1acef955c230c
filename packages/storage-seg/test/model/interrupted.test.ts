/** Random histories of two threads, of which one comes between any two steps of the other: see `interruptions.ts`. */
import assert from 'node:assert/strict'
import { describe, it, vi } from 'vitest'
import type { Eviction, SegStorage } from '@pelikan/storage-seg'
import { POLICIES } from '../begin.ts'
import { fuzz } from './fuzz.ts'
import { makeGround } from './ground.ts'
import { history, KEYS, tinySettings, type Settings, type Step } from './history.ts'
import { Held, Interruptions } from './interruptions.ts'
import { Replay } from './replay.ts'

/** What is not for two at once: then nobody could say what must be there. */
const APART = new Set<string>(['turn', 'lend', 'flush', 'clear'])
/** What may find the eviction lock held in its midst, with something in hand; so does a tidy merge, which is off here. */
const HOLDING = new Set<string>(['reserve', 'commit', 'commitOn'])
const OTHER_KEYS = KEYS.map((key) => key.replace('k', 'o'))
/** Chances to interrupt, of which each is taken; and more. */
const EVERY = [1, 2, 3, 7]

/** Play the even steps, and the odd ones in between. */
function playBoth(eviction: Eviction, settings: Settings, steps: readonly Step[]): void {
  const ground = makeGround(eviction, settings)
  const { clock, metrics, segs } = ground
  const [mine, others] = [KEYS, OTHER_KEYS].map((keys, thread) => {
    const seg =
      thread === 0 ? readingAlone(segs[0], (read) => interruptions.without(read)) : segs[1]
    const own = { clock, metrics, segs: [seg] }
    return new Replay(eviction, settings, { ground: own, keys, isCrowded: true, recounts: false })
  })
  // In the midst of an operation time stands still.
  const waiting = steps
    .filter(([name], i) => i % 2 === 1 && name !== 'wait')
    .map((step) => ofOther(step))
  const interruptions = new Interruptions(segs, () => {
    const step = waiting.pop()
    if (step === undefined) return
    const isHolding = HOLDING.has(step[0]) && interruptions.isEvicting
    if (isHolding) return
    try {
      others.step(step)
    } catch (error) {
      if (!(error instanceof Held)) throw error
    }
  })
  let milliseconds = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (milliseconds += 100))
  try {
    interruptions.begin()
    for (const step of steps.filter((_, i) => i % 2 === 0)) {
      interruptions.every = EVERY[settings.seed % EVERY.length]
      mine.step(step)
      interruptions.every = 0
      segs[0].check()
    }
    mine.end()
    others.end()
    for (const seg of segs) seg.clear()
    segs[0].check()
    const { segments } = segs[0].inspect()
    assert.ok(
      segments.every(({ state }) => state === 'free'),
      'a segment is not free at the end',
    )
  } finally {
    vi.restoreAllMocks()
  }
}

/** Reads take no lock, and what they lend is taken back where another has written: here none does. */
function readingAlone(seg: SegStorage, without: (read: () => unknown) => unknown): SegStorage {
  return new Proxy(seg, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      const call = member.bind(target) as (...all: unknown[]) => unknown
      const reads = name === 'get' || name === 'fetch'
      return reads ? (...all: unknown[]) => without(() => call(...all)) : call
    },
  })
}

function ofOther(step: Step): Step {
  const [name, key, ...rest] = step
  const isKey = typeof key === 'string' && KEYS.includes(key)
  return (isKey ? [name, key.replace('k', 'o'), ...rest] : step) as Step
}

describe.each(POLICIES)('two threads under %s', (eviction) => {
  it(
    'each find what they stored, whatever the other does meanwhile',
    { timeout: 3_600_000 },
    () => {
      fuzz({
        eviction,
        settings: tinySettings.map((settings) => ({ ...settings, threads: 2, compactTarget: 0 })),
        history: history(300).map((steps) => steps.filter(([name]) => !APART.has(name))),
        runs: 20,
        play: (settings, steps) => playBoth(eviction, settings, steps),
      })
    },
  )
})
