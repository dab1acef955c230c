/** The programs that the tests configure, as a bundled server would declare them. */
import {
  debugSection,
  defineProgram,
  hashMapSection,
  loadConfig,
  memcacheSection,
  segSection,
  serverSection,
  timeSection,
  workerSection,
  type ConfigOf,
  type Environment,
  type Exit,
  type Machine,
  type Program,
  type Run,
} from '@pelikan/config'

/** Its memory is not limited by a container. */
export const machine: Machine = {
  platform: 'linux',
  cpus: 2,
  memoryBytes: 8 * 1024 ** 3,
  memoryLimitBytes: undefined,
  isRoot: false,
}

export const twemcache = defineProgram({
  name: 'twemcache',
  version: '1.2.3',
  description: 'A cache that speaks the memcache protocol.',
  examples: ['twemcache -m 1024 -l 0.0.0.0', 'twemcache config/twemcache.toml'],
  sections: {
    server: serverSection({ port: 11211 }, machine),
    worker: workerSection(),
    hashmap: hashMapSection(),
    memcache: memcacheSection(),
    time: timeSection(),
    debug: debugSection(),
  },
  check: (config) =>
    config.worker.threads === 1
      ? []
      : [{ key: 'worker.threads', problem: 'must be 1: a hash map cannot be shared by threads' }],
})

export type TwemcacheConfig = ConfigOf<typeof twemcache>

export const segcache = defineProgram({
  name: 'segcache',
  version: '1.2.3',
  description: 'A cache that keeps its items in segments.',
  sections: {
    server: serverSection({ port: 11211 }, machine),
    worker: workerSection(),
    memcache: memcacheSection(),
    seg: segSection(machine),
    time: timeSection(),
    debug: debugSection(),
  },
})

export const pingserver = defineProgram({
  name: 'pingserver',
  version: '1.2.3',
  description: 'A server that answers PONG.',
  sections: {
    server: serverSection({ port: 12321 }, machine),
    worker: workerSection(),
    debug: debugSection(),
  },
})

interface Situation {
  readonly env?: Environment
  /** Text of the file `x.toml`, which then is the last argument. */
  readonly file?: string
}

export function load<Config>(
  program: Program<Config>,
  argv: readonly string[] = [],
  { env = {}, file }: Situation = {},
): Run<Config> | Exit {
  if (file === undefined) return loadConfig(program, { argv, env })
  return loadConfig(program, { argv: [...argv, 'x.toml'], env, readFile: () => file })
}

/** What a load that must succeed gives. */
export function run<Config>(
  program: Program<Config>,
  argv: readonly string[] = [],
  situation: Situation = {},
): Run<Config> {
  const loaded = load(program, argv, situation)
  if (loaded.kind === 'exit') throw new Error(`did not load: ${loaded.stderr}`)
  return loaded
}

/** What is printed by a load that must fail. */
export function refusal<Config>(
  program: Program<Config>,
  argv: readonly string[] = [],
  situation: Situation = {},
): string {
  const loaded = load(program, argv, situation)
  if (loaded.kind === 'run' || loaded.code !== 1 || loaded.stdout !== undefined) {
    throw new Error('did not fail')
  }
  return loaded.stderr ?? ''
}
