/**
 * The command line of `pelikan-loadgen`.
 *
 * @module
 */
import { basename } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import type { Rounds, Side } from '../compare/comparison.ts'
import { splitCommand } from '../compare/server-process.ts'
import type { Target } from '../engine/client-transport.ts'
import { unsentBytes } from '../engine/load-connection.ts'
import { showTarget } from '../engine/load-run.ts'
import { FILL_DEPTH, type LoadSpec, type TransportName } from '../engine/load-spec.ts'
import { cpuTime, isRunning } from '../measure/process-usage.ts'
import type { MixPart } from '../memcache/mix.ts'
import type { ValueSizes } from '../memcache/values.ts'
import { commandMix, number, seconds, timeToLive, valueSizes, whole } from './kinds.ts'
import { isLoopback } from './loopback.ts'

export interface LoadOptions {
  readonly spec: LoadSpec
  readonly sides: readonly Side[]
  readonly rounds: Rounds
  readonly sweep: boolean
  /** A file, `-` for standard output, or undefined for none. */
  readonly json: string | undefined
  readonly svg: string | undefined
  /** Whether there is a progress line; undefined where a terminal decides. */
  readonly progress: boolean | undefined
}

export type Parsed =
  | { readonly kind: 'run'; readonly options: LoadOptions }
  | {
      readonly kind: 'exit'
      readonly code: number
      readonly stdout: string
      readonly stderr: string
    }

const MAX_CONNECTIONS = 20_000
const MAX_THREADS = 64
const MAX_PIPELINE = 4096
const MAX_KEYS = 50_000_000
const MAX_RATE = 10_000_000
const MAX_SECONDS = 3600
const MAX_WARM_UP = 600
const MAX_ROUNDS = 1000
const MAX_ZIPF = 5
const MAX_SEED = 2 ** 31 - 1
/** For requests that are not sent yet. */
const MAX_MEMORY = 2 ** 31
const MIB = 2 ** 20
/** Bytes of a request beside its value, at most. */
const AROUND_VALUE = 128
/** By protocol. */
const PORTS: Readonly<Record<string, number>> = { memcache: 11211, ping: 12321 }
const OTHER_PORT = 11211
/** Exit code for a wrong option. */
export const USAGE_ERROR = 2

/** What commander gives. */
interface Values {
  readonly host: string
  readonly port?: number
  readonly socket?: string
  readonly pid?: number
  readonly allowRemote?: true
  readonly server?: string
  readonly serverName?: string
  readonly vs?: string
  readonly vsName?: string
  readonly rounds?: number
  readonly sweep?: true
  readonly protocol: string
  readonly connections: number
  readonly threads: number
  readonly pipeline: number
  readonly maxInFlight: number
  readonly rate: number
  readonly keys: number
  readonly zipf: number
  readonly value: ValueSizes
  readonly mix: readonly MixPart[]
  readonly ttl: { readonly min: number; readonly max: number }
  readonly seed: number
  readonly duration: number
  readonly warmUp: number
  readonly fill: boolean
  readonly transport: TransportName
  readonly json?: string
  readonly svg?: string
  readonly progress?: boolean
}

/** @param argv without the program and its file */
export function parseOptions(argv: readonly string[], version: string): Parsed {
  let stdout = ''
  let stderr = ''
  const command = declare(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (stdout += text),
      writeErr: (text) => (stderr += text),
    })
  try {
    command.parse(argv, { from: 'user' })
    const values = command.opts<Values>()
    check(values, (message) => command.error(`error: ${message}`))
    return { kind: 'run', options: meant(values) }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { kind: 'exit', code: error.exitCode === 0 ? 0 : USAGE_ERROR, stdout, stderr }
  }
}

function declare(version: string): Command {
  const option = (flags: string, text: string): Option => new Option(flags, text)
  const command = new Command('pelikan-loadgen')
    .description('Puts load on a cache server, checks every reply, and says how fast they came.')
    .version(version)
    .helpOption('-h, --help', 'print this')
    .allowExcessArguments(false)
    .showHelpAfterError('(pelikan-loadgen --help lists all options)')
    .showSuggestionAfterError()
  const group = (title: string, ...options: readonly Option[]): void => {
    for (const one of options) command.addOption(one.helpGroup(title))
  }
  group(
    'Server:',
    option('--host <address>', 'where it listens').default('127.0.0.1'),
    option('-p, --port <number>', 'default: 11211, or 12321 for ping').argParser(whole(1, 65_535)),
    option('-s, --socket <path>', 'its Unix socket').conflicts(['host', 'port']),
    option('--pid <number>', 'its process, for CPU per request').argParser(whole(1, MAX_SEED)),
    option('--allow-remote', 'load another machine; without it only loopback is'),
    option('--server <command>', 'start it; {port} becomes a free port').conflicts([
      'host',
      'port',
      'socket',
      'pid',
    ]),
    option('--server-name <name>', 'what to call it'),
    option('--vs <command>', 'start another one and compare: the first is set against this'),
    option('--vs-name <name>', 'what to call that'),
  )
  group(
    'Load:',
    option('--protocol <name>', 'memcache, ping, or a module that exports makeCodec').default(
      'memcache',
    ),
    option('-c, --connections <n>', `1 to ${MAX_CONNECTIONS}`)
      .default(50)
      .argParser(whole(1, MAX_CONNECTIONS)),
    option('-t, --threads <n>', `threads that generate load, 1 to ${MAX_THREADS}`)
      .default(1)
      .argParser(whole(1, MAX_THREADS)),
    option('-P, --pipeline <n>', `requests that a connection sends together, 1 to ${MAX_PIPELINE}`)
      .default(1)
      .argParser(whole(1, MAX_PIPELINE)),
    option('-r, --rate <n>', 'open loop: requests per second, whatever the server does')
      .default(0, 'closed loop: as many as it answers')
      .argParser(number(1, MAX_RATE)),
    option('--max-in-flight <n>', 'open loop: most requests in flight on a connection')
      .default(128)
      .argParser(whole(1, MAX_PIPELINE)),
    option('-k, --keys <n>', `different keys, 1 to ${MAX_KEYS}`)
      .default(100_000)
      .argParser(whole(1, MAX_KEYS)),
    option('--zipf <exponent>', 'ask for few keys often; 0 for all equally')
      .default(0)
      .argParser(number(0, MAX_ZIPF)),
    option('--value <size>', '64, 4k, or lognormal:MEDIAN,SIGMA,MAX')
      .default({ kind: 'fixed', bytes: 64 }, '64')
      .argParser(valueSizes),
    option('--mix <commands>', 'weights, such as get=90,set=10 or get:50 for gets of 50 keys')
      .default([{ command: 'get', keys: 1, weight: 1 }], 'get')
      .argParser(commandMix),
    option('--ttl <seconds>', 'of what is stored: 60, or 30-90; 0 for no end')
      .default({ min: 0, max: 0 }, '0')
      .argParser(timeToLive),
    option('--seed <n>', 'another one asks in another order')
      .default(1)
      .argParser(whole(0, MAX_SEED)),
    option('--transport <name>', 'of the connections')
      .choices(['auto', 'net', 'uring'])
      .default('auto'),
  )
  group(
    'Time:',
    option('-d, --duration <time>', `of each round, at most ${MAX_SECONDS} s`)
      .default(10)
      .argParser(seconds(0.1, MAX_SECONDS)),
    option(
      '--warm-up <time>',
      `closed loop before it that is not counted, at most ${MAX_WARM_UP} s`,
    )
      .default(1)
      .argParser(seconds(0, MAX_WARM_UP)),
    option(
      '--rounds <n>',
      'how often each server is measured, in turns; 1, or 5 with --vs',
    ).argParser(whole(1, MAX_ROUNDS)),
    option('--no-fill', 'do not store every key first'),
    option(
      '--sweep',
      'latency at 10 %, 20 %, ... 100 % of the peak rate, a duration each',
    ).conflicts(['rate', 'rounds']),
  )
  group(
    'Report:',
    option('--json <file>', 'all figures; - for standard output, in place of the table'),
    option('--svg <file>', 'the latency curve'),
    option('--progress', 'a line each second on standard error, also where it is no terminal'),
    option('--no-progress', 'no such line'),
  )
  return command
}

/** What no option can say of itself. */
function check(values: Values, refuse: (message: string) => never): void {
  const { allowRemote, connections, host, threads, value } = values
  if (!isLoopback(host) && allowRemote !== true) {
    refuse(`${host} is not this machine; --allow-remote puts load on it all the same`)
  }
  for (const [option, command] of [
    ['--server', values.server],
    ['--vs', values.vs],
  ]) {
    if (command !== undefined && !command.includes('{port}')) {
      refuse(`${option} needs the command that starts a server, with {port} where its port goes`)
    }
  }
  if (values.pid !== undefined && !isRunning(values.pid)) {
    refuse(`there is no process ${values.pid}`)
  }
  if (connections < threads) {
    refuse(`${threads} threads need as many connections, and there are ${connections}`)
  }
  const open = values.rate > 0 || values.sweep === true
  const depth = Math.max(
    open ? values.maxInFlight : 1,
    values.pipeline,
    values.fill ? FILL_DEPTH : 1,
  )
  const longest = AROUND_VALUE + (value.kind === 'fixed' ? value.bytes : value.max)
  const memory = connections * unsentBytes(longest, depth)
  if (memory > MAX_MEMORY) {
    const size = Math.ceil(memory / MIB)
    refuse(`requests of ${connections} connections take ${size} MiB, and 2048 is the most`)
  }
}

function meant(values: Values): LoadOptions {
  const { connections, maxInFlight, pipeline, protocol, threads, transport } = values
  const { keys, mix, seed, ttl, zipf } = values
  return {
    spec: {
      protocol,
      connections,
      threads,
      pipeline,
      maxInFlight,
      transport,
      memcache: { keys, mix, seed, ttl, zipf, values: values.value },
    },
    sides: sides(values),
    rounds: {
      rounds: values.rounds ?? (values.vs === undefined ? 1 : 5),
      seconds: values.duration,
      warmUpSeconds: values.warmUp,
      fill: values.fill,
      rate: values.rate,
    },
    sweep: values.sweep === true,
    json: values.json,
    svg: values.svg,
    progress: values.progress,
  }
}

function sides(values: Values): readonly Side[] {
  const first: Side =
    values.server === undefined
      ? running(values)
      : { name: values.serverName ?? nameOf(values.server), command: values.server }
  if (values.vs === undefined) return [first]
  const name = values.vsName ?? nameOf(values.vs)
  return [first, { name: name === first.name ? `${name} (vs)` : name, command: values.vs }]
}

function running({ host, pid, port, protocol, serverName, socket }: Values): Side {
  const target: Target =
    socket === undefined ? { host, port: port ?? PORTS[protocol] ?? OTHER_PORT } : { path: socket }
  return {
    name: serverName ?? showTarget(target),
    running: {
      target,
      cpuTime: () => (pid === undefined ? { user: NaN, system: NaN } : cpuTime(pid)),
    },
  }
}

/** The program's name; of `node examples/segcache/src/main.ts`, segcache. */
function nameOf(command: string): string {
  const [program = '', script] = splitCommand(command)
  const isScript = program === 'node' && script !== undefined && !script.startsWith('-')
  const path = isScript ? script.replace(/[/\\](?:src|dist)[/\\][^/\\]*$/u, '') : program
  return basename(path).replace(/\.[cm]?[jt]s$/u, '')
}
