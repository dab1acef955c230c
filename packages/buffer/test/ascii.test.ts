import { CR, LF, MINUS, NINE, PLUS, SPACE, ZERO } from '@pelikan/buffer'
import { expect, it } from 'vitest'

it('names are those of the characters', () => {
  expect(String.fromCharCode(CR, LF, SPACE, PLUS, MINUS, ZERO, NINE)).toBe('\r\n +-09')
})
