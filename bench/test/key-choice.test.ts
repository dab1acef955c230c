import { describe, expect, it } from 'vitest'
import { type KeyChoice, uniformKeys, zipfKeys } from '../wire/key-choice.ts'
import { Random } from '../wire/random.ts'

const KEYS = 1000
const DRAWS = 200_000

/** Shares of all draws, the most frequent key first. */
function frequencies(choice: KeyChoice): number[] {
  const counts = new Map<number, number>()
  for (let i = 0; i < DRAWS; i++) {
    const key = choice.next()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Array.from(counts.values(), (count) => count / DRAWS).toSorted((a, b) => b - a)
}

describe('keys', () => {
  it('are all equally likely where they are uniform', () => {
    const shares = frequencies(uniformKeys(KEYS, new Random(1)))
    expect(shares).toHaveLength(KEYS)
    expect(shares.at(0)! * KEYS).toBeLessThan(1.5)
    expect(shares.at(-1)! * KEYS).toBeGreaterThan(0.5)
  })

  it.each([0.7, 1, 1.3])('are as likely as Zipf says with exponent %d', (exponent) => {
    const shares = frequencies(zipfKeys(KEYS, exponent, new Random(1)))
    let total = 0
    for (let rank = 1; rank <= KEYS; rank++) total += rank ** -exponent
    for (const rank of [1, 2, 10, 50]) {
      expect(shares.at(rank - 1)! / (rank ** -exponent / total)).toBeCloseTo(1, 0.5)
    }
  })
})
