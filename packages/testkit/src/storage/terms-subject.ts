/**
 * Operations on terms as tests like to write them: only what is asked for is named, and what was found
 * out comes back with the answer.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import { Terms, type Tick } from '@pelikan/core'
import type { Seen, StatusName } from './seen.ts'

/** See {@link Terms}; tokens are `high:low`, as in {@link Seen}. */
export interface TermsOptions {
  /** Go on only where the item has this token. */
  readonly cas?: string
  readonly acceptsOlder?: boolean
  readonly newCas?: string
  readonly deadline?: Tick
  readonly vivify?: Tick
  readonly binaryKey?: boolean
  readonly peeks?: boolean
  readonly claims?: boolean
  readonly recacheBefore?: Tick
  readonly setsDeadlineFirst?: boolean
  readonly invalidates?: boolean
  readonly empties?: boolean
  readonly subtracts?: boolean
  readonly delta?: bigint
  readonly initial?: bigint
}

/** An item, and what a fetch did to it. */
export interface Fetched extends Seen {
  readonly marks: number
  readonly lastAccess: Tick
  readonly won: boolean
  readonly created: boolean
  readonly deadlineBefore: Tick
  readonly deadlineAfter: Tick
}

export interface StoredOnTerms {
  readonly status: StatusName
  readonly cas: string
  readonly length: number
}

export interface Counted {
  readonly answer: bigint | StatusName
  readonly cas: string
  readonly created: boolean
  readonly deadlineBefore: Tick
  readonly deadlineAfter: Tick
}

export function termsOf(options: TermsOptions): Terms {
  const terms = new Terms()
  terms.compares = options.cas !== undefined
  setToken(terms.cas, options.cas)
  terms.acceptsOlder = options.acceptsOlder ?? false
  terms.setsCas = options.newCas !== undefined
  setToken(terms.newCas, options.newCas)
  terms.setsDeadline = options.deadline !== undefined
  terms.deadline = options.deadline ?? 0
  terms.vivifies = options.vivify !== undefined
  terms.vivifyDeadline = options.vivify ?? 0
  terms.binaryKey = options.binaryKey ?? false
  terms.peeks = options.peeks ?? false
  terms.claims = options.claims ?? true
  terms.recacheBefore = options.recacheBefore ?? 0
  terms.setsDeadlineFirst = options.setsDeadlineFirst ?? false
  terms.invalidates = options.invalidates ?? false
  terms.empties = options.empties ?? false
  terms.subtracts = options.subtracts ?? false
  setNumber(terms.delta, options.delta ?? 1n)
  setNumber(terms.initial, options.initial ?? 0n)
  return terms
}

/** A token as {@link Seen} has it. */
export function tokenText({ high, low }: Uint64): string {
  return `${high}:${low}`
}

/** @param text a token as {@link Seen} has it */
function setToken(into: Uint64, text = '0:0'): void {
  const [high, low] = text.split(':')
  into.set(Number(high), Number(low))
}

function setNumber(into: Uint64, value: bigint): void {
  into.set(Number(value >> 32n), Number(value & 0xffff_ffffn))
}
