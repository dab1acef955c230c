/** A protocol for tests: a request is its key, and the response says what became of it. */
import type { Keyed, Sight } from '@pelikan/observe'

export interface Word extends Keyed {
  readonly command: number
}

export interface Found {
  readonly hit: boolean
  readonly bytes: number
}

export const wordSight: Sight<Word, Found> = {
  commands: ['get', 'set', 'stats'],
  commandOf: ({ command }) => command,
  isKeyed: ({ command }) => command < 2,
  isMiss: ({ command }, { hit }) => command === 0 && !hit,
  valueBytes: (_, { bytes }) => bytes,
}

export function word(key: string | Buffer, command = 0): Word {
  const bytes = Buffer.from(key)
  return { key: bytes, keyStart: 0, keyEnd: bytes.length, command }
}
