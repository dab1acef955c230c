import { readFileSync } from 'node:fs'
import { ConfigError } from './errors.ts'
import { whyUnreadable } from './why-unreadable.ts'

/** One line of a file of credentials. */
export interface User {
  readonly user: string
  readonly password: string
}

const MAX_BYTES = 64 * 1024

/**
 * Read a file of lines `user:password`, as memcached's `-Y` takes it. Blank lines and lines that begin with
 * `#` are left out.
 *
 * @returns users and passwords, their bytes as latin1
 * @throws ConfigError `PELIKAN_CONFIG_INVALID` where it cannot be read or is none
 */
export function readCredentialsFile(path: string): readonly User[] {
  let text: string
  try {
    text = readFileSync(path, 'latin1')
  } catch (error) {
    throw unusable(path, whyUnreadable(error))
  }
  if (text.length > MAX_BYTES) throw unusable(path, `it has more than ${MAX_BYTES} bytes`)
  const users: User[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue
    const colon = line.indexOf(':')
    if (colon <= 0) throw unusable(path, `line ${index + 1} is not user:password`)
    users.push({ user: line.slice(0, colon), password: line.slice(colon + 1) })
  }
  if (users.length === 0) throw unusable(path, 'nobody is in it')
  return users
}

function unusable(path: string, why: string): ConfigError {
  return new ConfigError([`memcache.auth_file = ${JSON.stringify(path)}: ${why}`])
}
