/** What several threads count in one value is what each of them has counted. */
import { Entry, Status } from '@pelikan/core'
import { expect, it } from 'vitest'
import type { SegStorage } from '@pelikan/storage-seg'
import { Crew, THREADS, TIMEOUT } from './crew.ts'
import { APPENDED } from './jobs/count.ts'

const ROUNDS = 4000

function put(seg: SegStorage, key: string, value: string): void {
  const entry = new Entry()
  entry.key = Buffer.from(key)
  entry.keyEnd = key.length
  entry.value = Buffer.from(value)
  entry.valueEnd = value.length
  expect(seg.set(entry)).toBe(Status.Ok)
}

function valueOf(seg: SegStorage, key: string): string | undefined {
  const item = seg.get(Buffer.from(key), 0, key.length)
  const text = item?.bytes.toString('latin1', item.start, item.end)
  return item !== undefined && seg.release(item) ? text : undefined
}

it('loses no increment, no append, no prepend and no cas', { timeout: TIMEOUT }, async () => {
  const crew = new Crew({ segments: 256, segmentBytes: 65_536, eviction: 'none' })
  const { seg } = crew
  const appended = Array.from({ length: APPENDED }, (_, i) => `a000000${i}`)
  for (const key of ['n0000000', 'c0000000']) put(seg, key, '0')
  for (const key of appended) put(seg, key, '')
  await crew.finish('count', THREADS, ROUNDS)
  expect(valueOf(seg, 'n0000000')).toBe(String(THREADS * ROUNDS))
  expect(valueOf(seg, 'c0000000')).toBe(String(THREADS * ROUNDS))
  const all = appended.map((key) => valueOf(seg, key) ?? '').join('')
  for (let id = 0; id < THREADS; id++) {
    expect([...all].filter((byte) => byte === String(id)).length).toBe(ROUNDS)
  }
})
