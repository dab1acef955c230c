/** The fuzzer itself: that it finds what is wrong, makes it short, and says it so that it can be repeated. */
import { Status } from '@pelikan/core'
import { expect, it } from 'vitest'
import { SegStorage } from '@pelikan/storage-seg'
import { asTest, fuzz } from './fuzz.ts'
import { history, tinySettings, type Settings, type Step } from './history.ts'
import { replay } from './replay.ts'

/** Says that it has touched an item, and has not. */
class Forgetful extends SegStorage {
  override touch(key: Buffer, keyStart: number, keyEnd: number): Status {
    const item = this.get(key, keyStart, keyEnd)
    return item === undefined ? Status.NotFound : Status.Ok
  }
}

/** Keeps nothing in one of ten sets, without counting that as an eviction. */
class Leaky extends SegStorage {
  #sets = 0

  override set(entry: Parameters<SegStorage['set']>[0]): Status {
    this.#sets++
    if (this.#sets % 10 !== 0) return super.set(entry)
    this.delete(entry.key, entry.keyStart, entry.keyEnd)
    return Status.Ok
  }
}

function report(broken: typeof SegStorage): string {
  const make = (options: ConstructorParameters<typeof SegStorage>[0]) => new broken(options)
  try {
    fuzz({
      eviction: 'merge',
      settings: tinySettings,
      history: history(100),
      runs: 400,
      seed: 1,
      play: (settings, steps) => replay('merge', settings, steps, { make, recounts: false }),
    })
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was found'
}

it('finds a touch that does nothing and makes the history short', () => {
  const text = report(Forgetful)
  expect(text).toMatch(/^what is under k/)
  expect(text).toMatch(
    /\nFUZZ_SEED=\d+, run \d+, shrunk \d+ times:\n\nreplay\('merge', \{ segments: /,
  )
  const lines = text.split('\n').filter((line) => line.startsWith("  ['"))
  expect(lines.length).toBeLessThanOrEqual(3)
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}\['touch', 'k-*\d+', .*\],$/))
  const steps = lines.map((line) => JSON.parse(line.replaceAll("'", '"').replace(/,$/, '')) as Step)
  const make = (options: ConstructorParameters<typeof SegStorage>[0]) => new Forgetful(options)
  expect(() => replay('merge', SETTINGS, steps, { make })).toThrow('what is under k')
  replay('merge', SETTINGS, steps)
})

it('takes no loss for an eviction that was not counted as one', () => {
  expect(report(Leaky)).toMatch(/^k-*\d+ is missing and was not evicted\n/)
})

const SETTINGS: Settings = {
  segments: 8,
  segmentBytes: 1024,
  itemSegments: 1,
  hashPower: 3,
  overflowFactor: 2,
  compactTarget: 2,
  mergeTarget: 4,
  spareSegments: 0,
  threads: 1,
  weak: false,
  seed: 5,
}

it('prints a step a line', () => {
  const steps: Step[] = [['set', 'k1', 12, 0, 'never'], ['commit', 'cas'], ['expire']]
  expect(asTest('fifo', SETTINGS, steps)).toBe(
    "replay('fifo', { segments: 8, segmentBytes: 1024, itemSegments: 1, hashPower: 3, overflowFactor: 2, " +
      'compactTarget: 2, mergeTarget: 4, spareSegments: 0, threads: 1, weak: false, seed: 5 }, [\n' +
      "  ['set', 'k1', 12, 0, 'never'],\n" +
      "  ['commit', 'cas'],\n" +
      "  ['expire'],\n" +
      '])',
  )
})
