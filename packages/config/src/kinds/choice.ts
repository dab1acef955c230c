import { kind, type Kind } from './kind.ts'

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): Kind<Word, Word> {
  const quoted = words.map((word) => `"${word}"`)
  const allowed =
    quoted.length === 1 ? quoted.join() : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
  return kind(
    `must be ${allowed}`,
    (written) => words.find((word) => word === written),
    (word) => word,
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
