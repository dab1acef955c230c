/**
 * What `pelikan-loadgen` does: parse, measure, report.
 *
 * @module
 */
import { writeFileSync } from 'node:fs'
import { type Watcher, compareServers, nobody } from '../compare/comparison.ts'
import { sweepServers } from '../compare/sweep.ts'
import { LoadError } from '../errors.ts'
import { comparisonText } from '../report/comparison-text.ts'
import { percentilePlot, sweepPlot } from '../report/latency-plots.ts'
import { Progress } from '../report/progress.ts'
import { resultsJson, saveResults } from '../report/save.ts'
import { sweepText } from '../report/sweep-text.ts'
import { type LoadOptions, USAGE_ERROR, parseOptions } from './options.ts'

const FAILED = 1

/** Where a program writes. */
export interface Streams {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Whether standard error is a terminal. */
  readonly onTerminal: boolean
}

/** @returns the exit code: 0, 1 for a load that could not be run to its end, 2 for wrong options */
export async function runCommand(
  argv: readonly string[],
  version: string,
  streams: Streams,
): Promise<number> {
  const parsed = parseOptions(argv, version)
  if (parsed.kind === 'exit') {
    streams.stdout(parsed.stdout)
    streams.stderr(parsed.stderr)
    return parsed.code
  }
  const { options } = parsed
  const progress =
    (options.progress ?? streams.onTerminal)
      ? new Progress({
          write: streams.stderr,
          onTerminal: streams.onTerminal,
          now: () => performance.now(),
        })
      : undefined
  let report: Report | undefined
  try {
    report = await measure(options, progress ?? nobody)
    progress?.stop()
    publish(options, report, streams)
    return 0
  } catch (error) {
    progress?.stop()
    if (!(error instanceof LoadError)) throw error
    streams.stderr(`pelikan-loadgen: ${error.message}\n`)
    const isOption = error.code === 'PELIKAN_LOAD_INVALID_OPTION' && report === undefined
    return isOption ? USAGE_ERROR : FAILED
  }
}

interface Report {
  readonly text: string
  readonly data: object
  readonly plot: () => string
}

async function measure(options: LoadOptions, watcher: Watcher): Promise<Report> {
  const { rounds, sides, spec } = options
  if (options.sweep) {
    const sweep = await sweepServers(spec, sides, rounds, watcher)
    return { text: sweepText(sweep), data: { sweep }, plot: () => sweepPlot(sweep) }
  }
  const comparison = await compareServers(spec, sides, rounds, watcher)
  return {
    text: comparisonText(comparison),
    data: { comparisons: [comparison] },
    plot: () => percentilePlot(comparison),
  }
}

function publish({ json, svg }: LoadOptions, report: Report, streams: Streams): void {
  streams.stdout(json === '-' ? resultsJson(report.data) : `${report.text}\n`)
  try {
    if (json !== undefined && json !== '-') saveResults(json, report.data)
    if (svg !== undefined) writeFileSync(svg, report.plot())
  } catch (error) {
    const message = `cannot write results: ${(error as Error).message}`
    throw new LoadError('PELIKAN_LOAD_INVALID_OPTION', message, { cause: error })
  }
}
