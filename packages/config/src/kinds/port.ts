import { kind, type Kind } from './kind.ts'
import { readWholeNumber } from './whole-number.ts'

const MAX_PORT = 65_535

/** A TCP port as a number or as text: files of the original have text. */
export function readPort(written: unknown): number | undefined {
  const value = readWholeNumber(written)
  return value !== undefined && value >= 0 && value <= MAX_PORT ? value : undefined
}

export function port(): Kind<string | number, number> {
  return kind(
    `must be a port from 0 to ${MAX_PORT}, where 0 lets the system choose`,
    readPort,
    String,
  )
}
