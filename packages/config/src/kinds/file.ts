import { kind, type Kind } from './kind.ts'

/** What `sockaddr_un` holds on Linux, less the closing zero. */
const MAX_SOCKET_PATH_BYTES = 107

/** The path of a file, relative to where the program starts. */
export function path(): Kind<string, string> {
  return kind('must be the path of a file', readPath, String)
}

/** The path of a Unix socket. */
export function socketPath(): Kind<string, string> {
  return kind(
    `must be the path of a Unix socket, of at most ${MAX_SOCKET_PATH_BYTES} bytes`,
    (written) => {
      const value = readPath(written)
      return value !== undefined && Buffer.byteLength(value) <= MAX_SOCKET_PATH_BYTES
        ? value
        : undefined
    },
    String,
  )
}

/** Who may use a file. A bare integer is refused: 700 would mean octal to one reader and decimal to the next. */
export function fileMode(): Kind<string, number> {
  return kind(
    (written) =>
      typeof written === 'string'
        ? 'must be octal digits up to 0777, such as 0700'
        : 'must be octal digits in quotes, such as "0700"',
    (written) =>
      typeof written === 'string' && /^(0o)?0*[0-7]{1,3}$/.test(written)
        ? Number.parseInt(written.replace('o', ''), 8)
        : undefined,
    (mode) => mode.toString(8).padStart(4, '0'),
  )
}

function readPath(written: unknown): string | undefined {
  return typeof written === 'string' && written !== '' && !written.includes('\0')
    ? written
    : undefined
}
