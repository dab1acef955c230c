/**
 * What `top` was asked for.
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { LiveError } from '../errors.ts'

export interface TopOptions {
  /** URL of the admin endpoint. */
  readonly admin: URL
  readonly token: string | undefined
  /** A line of JSON for each sample, in place of a screen. */
  readonly json: boolean
  /** Samples to show before it ends; Infinity for no end. */
  readonly count: number
}

const ADMIN = 'http://127.0.0.1:9998'

/** @param program such as `segcache` */
export function topHelp(program: string): string {
  return `${program} top: a running server, second by second

Usage: ${program} top [--admin URL] [--token TOKEN] [--json] [--count N]

  --admin URL      its admin endpoint, by default ${ADMIN};
                   a server has one with --admin-http-enabled true
  --token TOKEN    what it wants as a bearer token; also PELIKAN_ADMIN_HTTP_TOKEN
  --json           a line of JSON for each sample, for scripts
  --count N        end after N samples
  --help           this

On a terminal the screen is drawn anew every second; elsewhere a line is added. Ctrl-C ends it.
`
}

/**
 * @param argv what comes behind `top`
 * @returns `undefined` where help is asked for
 * @throws LiveError `PELIKAN_LIVE_INVALID_OPTION`
 */
export function topOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): TopOptions | undefined {
  const { values } = parsed(argv)
  if (values.help === true) return undefined
  const token = values.token ?? env.PELIKAN_ADMIN_HTTP_TOKEN
  if (token !== undefined && !/^[!-~]+$/.test(token)) throw invalid('--token has no such letters')
  return {
    admin: url(values.admin ?? ADMIN),
    token,
    json: values.json === true,
    count: values.count === undefined ? Infinity : count(values.count),
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        admin: { type: 'string' },
        token: { type: 'string' },
        json: { type: 'boolean' },
        count: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    // Its first sentence; the others explain what stands behind `--`.
    throw invalid((error as Error).message.split(/\. |\n/, 1)[0] ?? '')
  }
}

function url(written: string): URL {
  const withScheme = /^[a-z]+:\/\//i.test(written) ? written : `http://${written}`
  const made = URL.parse(withScheme)
  if (made === null || !/^https?:$/.test(made.protocol)) {
    throw invalid(`--admin must be a URL such as ${ADMIN}, not "${written}"`)
  }
  return made
}

function count(written: string): number {
  const number = Number(written)
  if (/^\d+$/.test(written) && number > 0 && Number.isSafeInteger(number)) return number
  throw invalid(`--count must be a whole number above 0, not "${written}"`)
}

function invalid(problem: string): LiveError {
  return new LiveError('PELIKAN_LIVE_INVALID_OPTION', problem)
}
