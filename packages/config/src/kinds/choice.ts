import { kind, type Kind } from './kind.ts'

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): Kind<Word, Word> {
  return kind(
    `must be ${oneOf(words)}`,
    (written) => words.find((word) => word === written),
    (word) => word,
  )
}

/**
 * One of a few names, in capitals or not, each of which stands for a value.
 *
 * @param names as a file has them
 */
export function named<const Value extends string>(
  names: Readonly<Record<string, Value>>,
): Kind<string, Value> {
  const pairs = Object.entries(names)
  return kind(
    `must be ${oneOf(Object.keys(names))}`,
    (written) => {
      const lower = typeof written === 'string' ? written.toLowerCase() : ''
      return pairs.find(([name]) => name.toLowerCase() === lower)?.[1]
    },
    (value) => pairs.find((pair) => pair[1] === value)?.[0] ?? value,
  )
}

/** On or off. */
export function truth(): Kind<boolean, boolean> {
  return kind(
    'must be true or false',
    (written) => {
      if (written === true || written === 'true') return true
      if (written === false || written === 'false') return false
      return undefined
    },
    (value) => value,
  )
}

function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return quoted.length === 1
    ? quoted.join()
    : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
