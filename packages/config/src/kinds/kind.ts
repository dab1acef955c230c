/**
 * A kind of setting is a pair of functions: what an operator writes, read into what the program uses,
 * and back. The way back prints the effective configuration, and a test holds that it returns.
 *
 * @module
 */
import * as z from 'zod'

/** A schema that takes `Written` from a file, a flag or the environment and gives `Value`. */
export type Kind<Written, Value> = z.ZodCodec<z.ZodType<Written, Written>, z.ZodType<Value, Value>>

/**
 * Make a kind. Flags and the environment give text for everything, so `read` takes text also where a
 * file has numbers or truth values.
 *
 * @param allowed what is said of a value that `read` answers with `undefined`, such as `must be true or
 * false`; a function where that depends on the value
 */
export function kind<Written, Value>(
  allowed: string | ((written: unknown) => string),
  read: (written: unknown) => Value | undefined,
  write: (value: Value) => Written,
): Kind<Written, Value> {
  return z.codec(z.custom<Written>(), z.custom<Value>(), {
    decode: (written, context) => {
      const value = read(written)
      if (value !== undefined) return value
      const message = typeof allowed === 'string' ? allowed : allowed(written)
      context.issues.push({ code: 'custom', input: written, message })
      return z.NEVER
    },
    encode: write,
  })
}
