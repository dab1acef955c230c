import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Roster, type RosterMember } from '@pelikan/core'
import { describe, expect, it } from 'vitest'

interface Guest extends RosterMember {
  readonly name: string
}

function filled(count: number): { readonly roster: Roster<Guest>; readonly guests: Guest[] } {
  const roster = new Roster<Guest>()
  const guests = Array.from({ length: count }, (_, i): Guest => ({ name: `guest ${i}`, place: 0 }))
  for (const guest of guests) roster.add(guest)
  return { roster, guests }
}

describe('a roster', () => {
  it('has whoever came and did not leave', () => {
    const { roster, guests } = filled(100)
    const present = new Set(guests)
    for (let i = 0; i < 1000; i++) {
      const guest = guests[(i * 37) % guests.length]
      if (present.has(guest)) {
        expect(roster.delete(guest)).toBe(true)
        present.delete(guest)
      } else {
        expect(roster.delete(guest)).toBe(false)
        roster.add(guest)
        present.add(guest)
      }
      expect(roster.size).toBe(present.size)
    }
    expect([...roster].toSorted(byName)).toEqual([...present].toSorted(byName))
  })

  it('can be emptied while it is visited, and everybody is visited once', () => {
    const { roster, guests } = filled(10)
    const visited: Guest[] = []
    for (const guest of roster) {
      visited.push(guest)
      roster.delete(guest)
    }
    expect(visited.toSorted(byName)).toEqual(guests.toSorted(byName))
    expect(roster.size).toBe(0)
  })

  it('ends a visit of which all others have left', () => {
    const { roster, guests } = filled(3)
    let visits = 0
    for (const _ of roster) {
      visits++
      for (const guest of guests) roster.delete(guest)
    }
    expect(visits).toBe(1)
  })

  it('keeps nothing of those who have left, though the old generation is not collected', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void
    const { roster, guests: present } = filled(50)
    // What is there now is in the old generation then.
    collect()
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 20_000; i++) {
      const guest = { name: 'a kilobyte', place: 0, carries: Array.from({ length: 125 }).fill(i) }
      roster.add(guest)
      roster.delete(present[i % present.length])
      present[i % present.length] = guest
      if (i % 500 === 0) collect({ type: 'minor' })
    }
    collect({ type: 'minor' })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 1024 * 1024)
  })
})

function byName(a: Guest, b: Guest): number {
  return a.name < b.name ? -1 : 1
}
