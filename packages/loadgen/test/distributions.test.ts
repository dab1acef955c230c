import { chooseKeys, type KeyChoice, MixChoice, Random, Values } from '@pelikan/loadgen'
import { describe, expect, it } from 'vitest'

const KEYS = 1000
const DRAWS = 200_000

/** Shares of all draws, the most frequent key first. */
function frequencies(choice: KeyChoice): number[] {
  const counts = new Map<number, number>()
  for (let i = 0; i < DRAWS; i++) {
    const key = choice.next()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const key of counts.keys()) expect(key >= 0 && key < KEYS).toBe(true)
  return Array.from(counts.values(), (count) => count / DRAWS).toSorted((a, b) => b - a)
}

describe('keys', () => {
  it('are all equally likely where they are uniform', () => {
    const shares = frequencies(chooseKeys(KEYS, 0, new Random(1)))
    expect(shares).toHaveLength(KEYS)
    expect(shares.at(0)! * KEYS).toBeLessThan(1.5)
    expect(shares.at(-1)! * KEYS).toBeGreaterThan(0.5)
  })

  it.each([0.7, 1, 1.3])('are as likely as Zipf says with exponent %d', (exponent) => {
    const shares = frequencies(chooseKeys(KEYS, exponent, new Random(1)))
    let total = 0
    for (let rank = 1; rank <= KEYS; rank++) total += rank ** -exponent
    for (const rank of [1, 2, 10, 50]) {
      expect(shares.at(rank - 1)! / (rank ** -exponent / total)).toBeCloseTo(1, 0.5)
    }
  })

  it('come in the same order for the same seed, in another one for another', () => {
    const draw = (seed: number): number[] => {
      const choice = chooseKeys(KEYS, 1, new Random(seed))
      return Array.from({ length: 20 }, () => choice.next())
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })
})

describe('commands', () => {
  it('come in the proportion of their weights', () => {
    const mix = [
      { command: 'get', keys: 1, weight: 6 },
      { command: 'get', keys: 50, weight: 1 },
      { command: 'set', keys: 1, weight: 3 },
    ] as const
    const choice = new MixChoice(mix, new Random(3))
    const counts = [0, 0, 0]
    for (let i = 0; i < DRAWS; i++) counts[choice.next()]++
    for (const [index, { weight }] of mix.entries()) {
      expect(counts[index] / DRAWS).toBeCloseTo(weight / 10, 2)
    }
  })
})

describe('values', () => {
  it('have log-normal lengths within their bounds', () => {
    const sizes = { kind: 'log-normal', median: 200, sigma: 1, min: 1, max: 4096 } as const
    const values = new Values(sizes, DRAWS)
    const lengths = Float64Array.from({ length: DRAWS }, (_, key) => values.length(key)).toSorted()
    expect(values.maxLength).toBe(4096)
    expect(lengths[0]).toBeGreaterThanOrEqual(1)
    expect(lengths.at(-1)).toBe(4096)
    const at = (share: number): number => lengths[Math.floor(share * DRAWS)]
    expect(at(0.5) / 200).toBeCloseTo(1, 1)
    // One standard deviation of the logarithm to either side of the median.
    expect(at(0.8413) / 200).toBeCloseTo(Math.E, 1)
    expect(at(0.1587) / 200).toBeCloseTo(1 / Math.E, 1)
  })

  it('are the same for everybody, and differ from key to key', () => {
    const sizes = { kind: 'fixed', bytes: 64 } as const
    const [mine, yours] = [new Values(sizes, 1000), new Values(sizes, 1000)]
    const out = Buffer.alloc(64)
    const seen = new Set<string>()
    for (let key = 0; key < 1000; key++) {
      expect(mine.write(key, out, 0)).toBe(64)
      expect(yours.matches(key, out, 0)).toBe(true)
      seen.add(out.toString('latin1'))
    }
    expect(seen.size).toBeGreaterThan(980)
    expect(yours.matches(998, out, 0)).toBe(false)
  })
})
