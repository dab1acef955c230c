/**
 * A bundled server from its settings to its end: what every `main` does once it has read them. It
 * makes the log, says there what the operator gave in vain, builds the server and runs it in the
 * foreground.
 *
 * @module
 */
import { type ListenAddress, PelikanError, descriptorLimit, formatAddress } from '@pelikan/core'
import type { Logger } from 'pino'
import { type AdminPorts, portClash } from './admin/port-clash.ts'
import { type Admin, adminUrl, startAdmin } from './admin/start-admin.ts'
import { startTextAdmin } from './admin/start-text-admin.ts'
import { descriptorWarning } from './descriptor-limit.ts'
import { exitWith } from './exit-with.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { type LogConfig, ProgramLogs } from './log/program-logs.ts'
import { netcat } from './netcat.ts'
import type { Process, ProcessOptions } from './process.ts'
import { runProcess } from './run-process.ts'

export interface ProgramRun {
  readonly program: { readonly name: string; readonly version: string }
  readonly config: LogConfig & {
    readonly server: Partial<Limits>
    readonly worker: Partial<Limits> & { readonly threads: number; readonly latencySample: number }
    readonly admin: AdminPorts
  }
  /** Makes the text of the effective settings, without secrets. */
  readonly effectiveConfig: () => string
  /** What the operator gave and what has no effect, a sentence each. */
  readonly warnings: readonly string[]
  readonly listen: readonly ListenAddress[]
  /** Make the server and start it. */
  readonly spawn: (options: ProcessOptions, log: Logger) => Process
  /**
   * Read again what may change while the server runs; SIGHUP asks for it. What it returns goes to
   * {@link Process.reload}; where it throws a {@link PelikanError}, everything stays as it is.
   */
  readonly reload?: () => unknown
  /** Lines of the banner about this server in particular, a word and what it stands for. */
  readonly facts?: readonly (readonly [name: string, fact: string])[]
  /** Requests for a first try, with `\r\n` written out; the last one closes the connection. */
  readonly example: string
}

/**
 * Run a program until a signal stops it; exits the process of Node.js as {@link runProcess} does, and
 * with 1 and a line where a part cannot be made.
 */
export async function runProgram(run: ProgramRun): Promise<void> {
  const { config, example, facts = [], listen, program, reload, spawn, warnings } = run
  const { name, version } = program
  const limits = { ...DEFAULT_LIMITS, ...config.server, ...config.worker }
  const clash = portClash(listen, config.admin)
  if (clash !== undefined) exitWith({ code: 1, stderr: `${name}: ${clash}\n` })
  let logs: ProgramLogs
  let log: Logger
  let server: Process
  try {
    logs = new ProgramLogs(name, config)
    log = logs.debug
    for (const warning of warnings) log.warn(warning)
    const tooMany = descriptorWarning(limits.maxConnections, descriptorLimit())
    if (tooMany !== undefined) log.warn(tooMany)
    const { latencySample, threads } = config.worker
    // One worker is on this thread: a thread for it alone would cost memory and time to start.
    server = spawn({ listen, limits, latencySample, ...(threads > 1 ? { threads } : {}) }, log)
  } catch (error) {
    if (!(error instanceof PelikanError)) throw error
    exitWith({ code: 1, stderr: `${name}: ${error.message}\n` })
  }
  logs.follow(server)
  const { host, httpEnabled, port } = config.admin
  const admin = httpEnabled
    ? await orExit(server, () =>
        startAdmin(server, { ...config.admin, version }, run.effectiveConfig),
      )
    : undefined
  const text =
    port === undefined
      ? undefined
      : await orExit(server, () => startTextAdmin(server, { host, port }, version))
  if (reload !== undefined || logs.hasFiles) {
    process.on('SIGHUP', () => {
      logs.reopen()
      if (reload === undefined) log.info('SIGHUP: logs are opened again')
      else reloadInto(server, reload, log)
    })
  }
  await runProcess(server, {
    log,
    stopped: () => logs.close(),
    banner: (addresses) => [
      `${name} ${version} listens at ${addresses.map(formatAddress).join(', ')}`,
      ...facts.map(line),
      line(['threads', String(config.worker.threads)]),
      line(['try', `printf '${example}' | ${netcat(server.address)}`]),
      ...adminLines(admin),
      ...(text === undefined
        ? []
        : [line(['admin', `printf 'stats\\r\\nquit\\r\\n' | ${netcat(text.address)}`])]),
      ...(config.klog.file === undefined ? [] : [line(['commands', config.klog.file])]),
      line(['stop', `Ctrl-C, or kill ${process.pid}`]),
      line(['help', '--help lists all settings']),
    ],
  })
}

/** Exits with 1 and a line where an admin endpoint cannot listen. */
async function orExit<T>(server: Process, start: () => Promise<T>): Promise<T> {
  // Whoever waits for the server is told why it cannot start; this comes first.
  server.listening.catch(() => {})
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof PelikanError)) throw error
    exitWith({ code: 1, stderr: `${server.name}: admin: ${error.message}\n` })
  }
}

function adminLines(admin: Admin | undefined): readonly string[] {
  if (admin === undefined) return []
  const { address, madeToken } = admin
  const lines = [line(['admin', adminUrl(address)])]
  if (madeToken !== undefined) lines.push(line(['token', madeToken]))
  return lines
}

function reloadInto(server: Process, reload: () => unknown, log: Logger): void {
  try {
    server.reload(reload())
    log.info('SIGHUP: read again')
  } catch (error) {
    if (!(error instanceof PelikanError)) throw error
    log.warn(`SIGHUP: nothing changes: ${error.message}`)
  }
}

function line([name, fact]: readonly [string, string]): string {
  return `  ${name.padEnd(8)} ${fact}`
}
