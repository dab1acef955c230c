import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCredentialsFile } from '@pelikan/config'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'pelikan-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(text: string): string {
  const path = join(folder, 'users')
  writeFileSync(path, text, 'latin1')
  return path
}

it('reads users and passwords', () => {
  const path = written('# who may\n\npeter:pan\r\na b:c:d\nempty:\n\xe9:\xff\n')
  expect(readCredentialsFile(path)).toEqual([
    { user: 'peter', password: 'pan' },
    { user: 'a b', password: 'c:d' },
    { user: 'empty', password: '' },
    { user: '\xe9', password: '\xff' },
  ])
})

it.each([
  ['', 'nobody is in it'],
  ['# nobody\n', 'nobody is in it'],
  ['a:b\npeter\n', 'line 2 is not user:password'],
  [':b\n', 'line 1 is not user:password'],
  ['x'.repeat(70_000), 'it has more than 65536 bytes'],
])('refuses %j', (text, why) => {
  expect(() => readCredentialsFile(written(text))).toThrow(why)
})

it('refuses a file that is not there', () => {
  expect(() => readCredentialsFile(join(folder, 'none'))).toThrow(
    /^memcache\.auth_file = ".*none": there is no such file$/,
  )
})
