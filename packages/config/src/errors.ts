import { PelikanError } from '@pelikan/core'

/** Codes of this package's errors. */
export type ConfigErrorCode = 'PELIKAN_CONFIG_INVALID'

/**
 * The configuration cannot be used. The message lists everything that is wrong, each with its place; it
 * is meant for the operator as it stands, without a stack trace.
 */
export class ConfigError extends PelikanError<ConfigErrorCode> {
  /** One sentence for each thing that is wrong, in the order of the message. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super('PELIKAN_CONFIG_INVALID', listed(problems), options)
    this.problems = problems
  }
}

function listed(problems: readonly string[]): string {
  if (problems.length === 1) return problems.join()
  const lines = problems.map((problem) => `\n  ${problem.replaceAll('\n', '\n  ')}`)
  return `${problems.length} problems in the configuration:${lines.join('')}`
}
