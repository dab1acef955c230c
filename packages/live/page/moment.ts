/**
 * The moment that the page shows: now, or what the pointer or the slider is at.
 *
 * @module
 */
import type { Figures } from '../src/figures.ts'

export interface Moment {
  /** Milliseconds since 1970; `undefined` for now. */
  readonly at: number | undefined
  readonly by: 'pointer' | 'slider'
  readonly set: (at: number | undefined, by: 'pointer' | 'slider') => void
}

/** What was at that moment, or is now. */
export function figuresAt(figures: readonly Figures[], { at }: Moment): Figures | undefined {
  if (at === undefined) return figures.at(-1)
  return figures.find((one) => Math.abs(one.at - at) < 1) ?? figures.at(-1)
}
