/**
 * The end of a sentence about a word that does not exist: the word that was probably meant, if any.
 *
 * @module
 */
import { nearest } from './nearest.ts'
import type { Program } from './program.ts'

/** `; did you mean …?`, or nothing where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  return ask(nearest(word, candidates))
}

/** The same for a key of a file, which may be in the wrong section or, with none given, in no section. */
export function didYouMeanKey(program: Program, section: string | undefined, key: string): string {
  const { settings } = program
  const here = settings.filter((known) => known.section === section).map((known) => known.key)
  const inert = section === undefined ? [] : (program.sections.get(section)?.inert.keys() ?? [])
  const slip = nearest(key, [...here, ...inert])
  if (slip !== undefined) return ask(`${section}.${slip}`)

  const keys = settings.map((known) => known.key)
  const elsewhere = keys.includes(key) || section === undefined ? nearest(key, keys) : undefined
  return ask(settings.find((known) => known.key === elsewhere)?.path)
}

/** The same for a flag, which may be a mere key. */
export function didYouMeanFlag(program: Program, flag: string, flags: Iterable<string>): string {
  const key = flag.replace('--', '').replaceAll('-', '_')
  const setting = program.settings.find((known) => known.key === key)
  return setting === undefined ? didYouMean(flag, flags) : ask(setting.flag)
}

function ask(meant: string | undefined): string {
  return meant === undefined ? '' : `; did you mean ${meant}?`
}
