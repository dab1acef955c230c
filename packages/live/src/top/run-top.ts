/**
 * `top`: the figures of a running server, a screen or a line every second.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LiveError } from '../errors.ts'
import { type Figures, figuresBetween } from '../figures.ts'
import type { About, LiveSample } from '../sample.ts'
import { watch } from '../watch.ts'
import { type TopOptions, topHelp, topOptions } from './options.ts'
import { ROW_HEAD, row, screen } from './screen.ts'

/** Where it writes: the standard output, or a test's own. */
export interface TopOutput {
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  /** The size of the terminal now; `undefined` where there is none. */
  readonly terminal: () => { readonly columns: number; readonly rows: number } | undefined
  /** Aborted when nobody reads any more, and on Ctrl-C. */
  readonly signal: AbortSignal
}

export interface TopRun {
  /** The program, for its help. */
  readonly name: string
  /** What comes behind `top`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly output: TopOutput
  /** How it connects; `fetch` without it. */
  readonly fetch?: typeof fetch
  /** Waits before it connects again; by the machine's clock without it. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

const FAILED = 1
const MISUSED = 2
const RETRY_MS = 1000

/** The screen beside the one that the shell is on, without a cursor; and back. */
const ENTER = '\u001B[?1049h\u001B[?25l'
const LEAVE = '\u001B[?25h\u001B[?1049l'
const HOME = '\u001B[H'
const REST_OF_LINE = '\u001B[K'
const REST_OF_SCREEN = '\u001B[J'

/**
 * Show figures until it is told to end, has shown as many as it was asked for, or the server is gone.
 *
 * @returns the exit code: 0, 1 where the server cannot be watched, 2 for options that are wrong
 */
export async function runTop(run: TopRun): Promise<number> {
  const { argv, env, name, output } = run
  let isOnScreen = false
  const failed = (code: number, message: string): number => {
    if (isOnScreen) output.write(LEAVE)
    isOnScreen = false
    output.writeError(`${name} top: ${message}\n`)
    return code
  }
  try {
    const options = topOptions(argv, env)
    if (options === undefined) {
      output.write(topHelp(name))
      return 0
    }
    const show = shower(options, output, () => {
      isOnScreen = true
    })
    await follow(options, run, show)
    if (isOnScreen) output.write(LEAVE)
    return 0
  } catch (error) {
    if (!(error instanceof LiveError)) throw error
    if (error.code === 'PELIKAN_LIVE_INVALID_OPTION') {
      return failed(MISUSED, `${error.message}; --help lists what there is`)
    }
    return failed(FAILED, `${error.message}${hint(error)}`)
  }
}

interface Shower {
  readonly figures: (about: About, figures: Figures) => void
  /** The connection is lost and comes back, perhaps: whether that can be shown. */
  readonly lost: (reason: string) => boolean
}

function shower(options: TopOptions, output: TopOutput, entered: () => void): Shower {
  const never = (): boolean => false
  if (options.json) {
    return {
      figures: (_about, figures) => output.write(`${JSON.stringify(figures)}\n`),
      lost: never,
    }
  }
  if (output.terminal() === undefined) {
    let shown = 0
    return {
      figures: (_about, figures) => {
        output.write(`${shown++ === 0 ? `${ROW_HEAD}\n` : ''}${row(figures)}\n`)
      },
      lost: never,
    }
  }
  let before = ENTER
  const draw = (lines: readonly string[]): void => {
    const text = lines.map((line) => `${line}${REST_OF_LINE}\n`).join('')
    output.write(`${before}${HOME}${text}${REST_OF_SCREEN}`)
    before = ''
    entered()
  }
  let last: readonly string[] = []
  const size = (): { columns: number; rows: number } =>
    output.terminal() ?? { columns: 80, rows: 24 }
  return {
    figures: (about, figures) => {
      last = screen(about, figures, size())
      draw(last)
    },
    lost: (reason) => {
      const { columns } = size()
      draw([`${reason}; trying again`.slice(0, columns), ...last.slice(1)])
      return true
    },
  }
}

async function follow(
  { admin, count, token }: TopOptions,
  { fetch, output: { signal }, pause = sleepUnless }: TopRun,
  show: Shower,
): Promise<void> {
  let left = count
  let isKnown = false
  while (!signal.aborted) {
    let reason: string
    try {
      let about: About | undefined
      let last: LiveSample | undefined
      let past = 0
      reason = 'the connection ended'
      for await (const event of watch(admin, {
        token,
        signal,
        ...(fetch === undefined ? {} : { fetch }),
      })) {
        if (event.type === 'about') {
          about = event.data
          past = about.past
        } else if (event.type === 'end') {
          reason = `the connection ended: ${event.data.reason}`
        } else if (event.type === 'sample') {
          // Of the past, the last one: what comes next is compared with it.
          if (past > 0) past--
          else if (about !== undefined && last !== undefined) {
            isKnown = true
            show.figures(about, figuresBetween(last, event.data, about))
            if (--left === 0) return
          }
          last = event.data
        }
      }
    } catch (error) {
      // What was never there is not waited for.
      if (!(error instanceof LiveError) || !isKnown) throw error
      reason = error.message
    }
    if (signal.aborted) return
    if (!show.lost(reason)) throw new LiveError('PELIKAN_LIVE_DISCONNECTED', reason)
    await pause(RETRY_MS, signal)
  }
}

async function sleepUnless(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {})
}

function hint({ code }: LiveError): string {
  if (code === 'PELIKAN_LIVE_UNREACHABLE') {
    return '\n  A server has an admin endpoint with --admin-http-enabled true; --admin says where it is.'
  }
  return code === 'PELIKAN_LIVE_TOKEN_NEEDED' ? '\n  Give it with --token.' : ''
}
