import { choice } from '../kinds/choice.ts'
import { formatSize, KIB, MIB, size } from '../kinds/size.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { type Machine, thisMachine } from '../machine.ts'
import { section, type Finding, type SectionConfig } from '../section.ts'
import { dependentSetting, setting } from '../setting.ts'
import { POLLED_BY_NODE } from './no-effect.ts'

export type WorkerConfig = SectionConfig<ReturnType<typeof workerSection>['settings']>

/** As memcached's, where there are as many CPUs. */
const THREADS_DEFAULT = 4
/** More are a mistake: they would only be in each other's way. */
const THREADS_MAX = 64
/** Systems on which threads share a port so that the kernel spreads connections (libuv's list). */
const SHARES_PORTS: ReadonlySet<string> = new Set(['linux', 'freebsd', 'sunos', 'aix'])

/**
 * `[worker]`: the threads that serve connections, and how much each turn and all sessions may take.
 *
 * @param threads `one` for servers whose storage cannot be shared; `several` as many as the machine has CPUs
 */
export function workerSection(
  threads: 'one' | 'several' = 'one',
  machine: Machine = thisMachine(),
) {
  const meta = {
    description: 'threads that serve connections',
    argument: 'count',
    short: '-t',
  }
  const kind = wholeNumber({ min: 1 })
  return section({
    title: 'Workers and their limits',
    settings: {
      threads:
        threads === 'one'
          ? setting(kind, { ...meta, default: 1, example: '1' })
          : dependentSetting(kind, () => defaultThreads(machine), {
              ...meta,
              defaultRule: `one for each CPU, at most ${THREADS_DEFAULT}`,
              example: '2',
            }),
      transport: setting(choice(['auto', 'uring', 'net']), {
        description:
          'what carries the bytes: uring (Linux), net (Node.js), or auto, uring where it works',
        argument: 'name',
        default: 'auto',
        example: 'net',
      }),
      maxRequestsPerTurn: setting(wholeNumber({ min: 1 }), {
        description: 'requests of one connection before the others have their turn',
        argument: 'count',
        default: 512,
        example: '20',
        short: '-R',
      }),
      outputHighWaterBytes: setting(size({ min: KIB }), {
        description: 'unsent answers of a connection from which on it is not read further',
        argument: 'size',
        default: '256KB',
        example: '1MB',
      }),
      latencySample: setting(wholeNumber({ min: 0, max: 1_000_000 }), {
        description: 'turns of a thread of which one is timed, for latencies; 0 times none',
        argument: 'count',
        default: 100,
        example: '1',
      }),
      sessionMemoryBytes: setting(size({ min: MIB }), {
        description: 'memory for what all connections have sent and not yet received',
        argument: 'size',
        default: '48MB',
        example: '256MB',
      }),
    },
    inert: { timeout: POLLED_BY_NODE, nevent: POLLED_BY_NODE },
    check: (config) => [...checkThreads(config), ...checkMemory(config)],
  })
}

function defaultThreads({ cpus, platform }: Machine): number {
  return SHARES_PORTS.has(platform) ? Math.min(cpus, THREADS_DEFAULT) : 1
}

function checkThreads({ threads }: { threads: number }): readonly Finding[] {
  if (threads <= THREADS_MAX) return []
  return [{ key: 'threads', problem: `must be at most ${THREADS_MAX}` }]
}

/** Each thread has its part of the memory. */
function checkMemory(config: {
  outputHighWaterBytes: number
  sessionMemoryBytes: number
  threads: number
}): readonly Finding[] {
  const { outputHighWaterBytes, sessionMemoryBytes, threads } = config
  if (threads > THREADS_MAX || outputHighWaterBytes * threads <= sessionMemoryBytes) return []
  const part = threads === 1 ? '' : ` for ${threads} threads`
  const problem = `must be at most worker.session_memory, which is ${formatSize(sessionMemoryBytes)}${part}`
  return [{ key: 'output_high_water', problem }]
}
