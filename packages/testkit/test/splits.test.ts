import { anyCuts, byteByByte, cutAt, everyCut } from '@pelikan/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const text = (pieces: Iterable<Buffer>): string[] => Array.from(pieces, (piece) => piece.toString())

describe('splits', () => {
  it('cuts once at every position', () => {
    expect(Array.from(everyCut(Buffer.from('abc')), text)).toEqual([
      ['a', 'bc'],
      ['ab', 'c'],
    ])
    expect([...everyCut(Buffer.from('a'))]).toEqual([])
  })

  it('cuts into bytes', () => {
    expect(text(byteByByte(Buffer.from('abc')))).toEqual(['a', 'b', 'c'])
  })

  it('cuts at positions in any order, and ignores those that cut nothing', () => {
    expect(text(cutAt(Buffer.from('abcd'), [3, 1, 3, 0, 4, 9, -1]))).toEqual(['a', 'bc', 'd'])
    expect(text(cutAt(Buffer.from('abcd'), []))).toEqual(['abcd'])
  })

  it('loses nothing at random', () => {
    const bytes = Buffer.from('some bytes that are cut')
    fc.assert(
      fc.property(anyCuts(bytes), (pieces) => {
        expect(Buffer.concat(pieces)).toEqual(bytes)
        expect(pieces.every((piece) => piece.length > 0)).toBe(true)
      }),
    )
  })
})
