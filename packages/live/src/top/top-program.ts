/**
 * `top` as a program of its own: the standard output, Ctrl-C and the exit code.
 *
 * @module
 */
import { runTop } from './run-top.ts'

/**
 * Run it in this process of Node.js, and end that.
 *
 * @param name the program that `top` is a command of
 * @param argv what comes behind `top`
 */
export async function topProgram(name: string, argv: readonly string[]): Promise<never> {
  const ends = new AbortController()
  const end = (): void => ends.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  // Whoever read has gone: `top | head` is no failure.
  process.stdout.on('error', end)
  const { stdout } = process
  const code = await runTop({
    name,
    argv,
    env: process.env,
    output: {
      write: (text) => void (stdout.writable && stdout.write(text)),
      writeError: (text) => void process.stderr.write(text),
      terminal: () => (stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : undefined),
      signal: ends.signal,
    },
  })
  // What was written last may be on its way yet.
  await new Promise<void>((resolve) => stdout.write('', () => resolve()))
  process.exit(code)
}
