/** What a program prints instead of starting, such as its help or what is wrong with its settings. */
export interface Exit {
  readonly code: number
  readonly stdout?: string
  readonly stderr?: string
}

/** Print what is to be printed and end the process of Node.js. */
export function exitWith(exit: Exit): never {
  if (exit.stdout !== undefined) process.stdout.write(exit.stdout)
  if (exit.stderr !== undefined) process.stderr.write(exit.stderr)
  process.exit(exit.code)
}
