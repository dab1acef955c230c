/** An item is won by one of those who ask for it, whichever threads they are on. */
import { Entry, Terms } from '@pelikan/core'
import { expect, it } from 'vitest'
import { Crew, THREADS, TIMEOUT } from './crew.ts'

const ROUNDS = 3000

it('wins each item once between all of them', { timeout: TIMEOUT }, async () => {
  const options = { segments: 256, segmentBytes: 65_536, eviction: 'none', hashPower: 14 } as const
  const crew = new Crew(options)
  const { seg } = crew
  const entry = new Entry()
  entry.value = Buffer.from('0')
  entry.valueEnd = 1
  const terms = new Terms()
  terms.invalidates = true
  for (let round = 0; round < ROUNDS; round++) {
    entry.key = Buffer.from(`s${String(round).padStart(7, '0')}`)
    entry.keyEnd = entry.key.length
    seg.set(entry)
    seg.discard(entry.key, 0, entry.keyEnd, terms)
  }
  const reports = await crew.finish('win', THREADS, ROUNDS)
  expect(reports.reduce((sum, { hits }) => sum + hits, 0)).toBe(2 * ROUNDS)
  const read = (key: string): string => {
    const item = seg.get(Buffer.from(key), 0, key.length)
    const text = item?.bytes.toString('latin1', item.start, item.end) ?? ''
    return item !== undefined && seg.release(item) ? text : ''
  }
  const joined = [0, 1, 2, 3].map((i) => read(`j000000${i}`)).join('')
  expect(joined.length).toBe(THREADS * ROUNDS)
  expect(read('i0000000')).toBe(String(THREADS * ROUNDS))
})
