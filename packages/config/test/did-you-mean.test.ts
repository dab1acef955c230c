import { nearest } from '@pelikan/config'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const words = ['host', 'port', 'socket', 'max_connections', 'idle_timeout']

it.each([
  ['prot', 'port'],
  ['hots', 'host'],
  ['Port', 'port'],
  ['sokcet', 'socket'],
  ['max_conections', 'max_connections'],
  ['maxconnections', 'max_connections'],
  ['idle_timeouts', 'idle_timeout'],
  ['memory', undefined],
  ['po', undefined],
  ['', undefined],
])('%s means %s', (word, meant) => {
  expect(nearest(word, words)).toBe(meant)
})

it('finds every word again after one slip', () => {
  const slip = fc.tuple(
    fc.constantFrom(...words),
    fc.nat(3),
    fc.constantFrom('drop', 'double', 'swap'),
  )
  const property = fc.property(slip, ([word, i, what]) => {
    const head = word.slice(0, i)
    const [a = '', b = ''] = word.slice(i)
    if (what === 'drop') return nearest(head + word.slice(i + 1), words) === word
    if (what === 'double') return nearest(head + a + word.slice(i), words) === word
    return nearest(head + b + a + word.slice(i + 2), words) === word
  })
  fc.assert(property)
})
