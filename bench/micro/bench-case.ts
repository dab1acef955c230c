/** What is measured, made in the process that measures it. */
export interface BenchCase {
  /** Operations in one call of `run`; enough of them that a clock's resolution does not matter. */
  readonly operations: number
  /** Throws where an operation does not do what it claims. */
  readonly check: () => void
  /** The result is handed on, so that nothing can be left out as unused. */
  readonly run: () => number
}

/**
 * Cases by name, `group/question/answer`. Answers to one question are compared with the first of them.
 */
export type BenchCases = Readonly<Record<string, () => BenchCase>>
