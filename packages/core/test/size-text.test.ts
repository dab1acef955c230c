import { parseSize } from '@pelikan/core'
import { describe, expect, it } from 'vitest'

describe('a size', () => {
  it.each([
    ['0', 0],
    ['1024', 1024],
    ['1k', 1024],
    ['1KB', 1024],
    ['1KiB', 1024],
    ['64MB', 64 * 2 ** 20],
    ['64 MB', 64 * 2 ** 20],
    [' 2g ', 2 * 2 ** 30],
    ['8388607g', 8_388_607 * 2 ** 30],
    ['7b', 7],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each([
    '',
    ' ',
    'MB',
    '-1MB',
    '+1',
    '1.5GB',
    '1e3',
    '0x10',
    '1TB',
    '1 k b',
    '1kk',
    '١',
    '8388608g',
    '9007199254740992',
    'Infinity',
    'NaN',
  ])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })
})
