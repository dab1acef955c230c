/**
 * INT and TERM end a process once.
 *
 * Behind npm one Ctrl-C arrives two or three times, within a millisecond: the terminal signals the
 * whole group and npm passes its copy on. So signals within a second of the first are the first.
 *
 * @module
 */

const ONE_SIGNAL_MS = 1000
/** Exit codes of a process that a signal ended: 128 and its number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

export type StopSignal = 'SIGINT' | 'SIGTERM'

export interface StopSignalHandlers {
  /** The first signal: drain. */
  readonly drain: (signal: StopSignal) => void
  /** Another one: end at once, with this exit code. */
  readonly abort: (signal: StopSignal, exitCode: number) => void
}

/** Where signals come from: `process`, or a test's own. */
export interface SignalSource {
  readonly on: (signal: StopSignal, listener: (signal: StopSignal) => void) => unknown
}

/** @param now milliseconds on any clock that does not go back */
export function onStopSignals(
  source: SignalSource,
  handlers: StopSignalHandlers,
  now: () => number = () => performance.now(),
): void {
  let first: number | undefined
  const received = (signal: StopSignal): void => {
    if (first === undefined) {
      first = now()
      handlers.drain(signal)
    } else if (now() - first > ONE_SIGNAL_MS) {
      handlers.abort(signal, EXIT_CODES[signal])
    }
  }
  source.on('SIGINT', received)
  source.on('SIGTERM', received)
}
