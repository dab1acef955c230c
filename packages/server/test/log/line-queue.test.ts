import { LineQueue } from '@pelikan/server'
import { describe, expect, it } from 'vitest'

/** Both ends of a queue of `bytes` bytes, as two threads have them. */
function queue(bytes: number) {
  const memory = LineQueue.memory(bytes)
  const [worker, writer] = [new LineQueue(memory), new LineQueue(memory)]
  return {
    put: (text: string) => worker.put(Buffer.from(`${text}######`), text.length),
    take: () => {
      const runs = writer.waiting()
      const text = runs.map(String)
      for (const { length } of runs) writer.taken(length)
      return text
    },
  }
}

describe('a queue of lines', () => {
  it('takes as many bytes as it is made for, and no more', () => {
    const { put, take } = queue(10)
    expect(['abcd\n', 'efgh\n', 'x'].map(put)).toEqual([true, true, false])
    expect(take()).toEqual(['abcd\nefgh\n'])
    expect(take()).toEqual([])
    expect(put('12345678901')).toBe(false)
    expect(put('1234567890')).toBe(true)
  })

  it('goes round for ever, each line whole', () => {
    const { put, take } = queue(13)
    let given = ''
    let taken = ''
    for (let i = 0; i < 1000; i++) {
      const line = `${i}\n`
      if (put(line)) given += line
      if (i % 3 === 0) taken += take().join('')
    }
    taken += take().join('')
    expect(taken).toBe(given)
    expect(given.length).toBeGreaterThan(3000)
  })

  it('has room again for what was taken', () => {
    const { put, take } = queue(4)
    for (let i = 0; i < 9; i++) {
      expect(put('abc\n')).toBe(true)
      expect(put('x')).toBe(false)
      expect(take().join('')).toBe('abc\n')
    }
  })
})
