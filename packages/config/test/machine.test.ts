/** Defaults that depend on the machine, and what is said of values that it has no room for. */
import {
  type Machine,
  defineProgram,
  formatConfig,
  loadConfig,
  segSection,
  thisMachine,
  workerSection,
} from '@pelikan/config'
import { describe, expect, it } from 'vitest'
import { machine } from './programs.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB

function programOn(on: Partial<Machine>) {
  const here = { ...machine, ...on }
  return defineProgram({
    name: 'cache',
    version: '1',
    description: 'A cache.',
    sections: { worker: workerSection('several', here), seg: segSection(here) },
  })
}

function loadOn(on: Partial<Machine>, ...argv: string[]) {
  const loaded = loadConfig(programOn(on), { argv, env: {} })
  if (loaded.kind === 'exit') throw new Error(loaded.stderr ?? loaded.stdout)
  return loaded
}

function refusalOn(on: Partial<Machine>, ...argv: string[]): string | undefined {
  const loaded = loadConfig(programOn(on), { argv, env: {} })
  return loaded.kind === 'exit' ? loaded.stderr : undefined
}

describe('threads', () => {
  it.each([
    [{ cpus: 1 }, 1],
    [{ cpus: 2 }, 2],
    [{ cpus: 4 }, 4],
    [{ cpus: 96 }, 4],
    [{ cpus: 8, platform: 'darwin' }, 1],
    [{ cpus: 8, platform: 'win32' }, 1],
  ])('on %o are %d', (on, threads) => {
    expect(loadOn(on).config.worker.threads).toBe(threads)
  })

  it('are as many as are asked for, up to 64', () => {
    expect(loadOn({}, '-t', '64').config.worker.threads).toBe(64)
    expect(refusalOn({}, '-t', '65')).toBe(
      'cache: flag -t: worker.threads = "65": must be at most 64\n',
    )
    // And nothing of the memory that so many would need.
    expect(refusalOn({}, '-t', '1000')).toBe(
      'cache: flag -t: worker.threads = "1000": must be at most 64\n',
    )
  })

  it('divide the memory of sessions, which must be enough for each', () => {
    const argv = ['--worker-session-memory=1MB', '--worker-output-high-water=512KB', '-t']
    expect(refusalOn({}, ...argv, '2')).toBeUndefined()
    expect(refusalOn({}, ...argv, '4')).toBe(
      'cache: flag --worker-output-high-water: worker.output_high_water = "512KB": must be at most ' +
        'worker.session_memory, which is 1MB for 4 threads\n',
    )
  })
})

describe('the heap', () => {
  it.each([
    ['64 MB on a machine', {}, 64 * MIB],
    ['half of the limit in a container', { memoryLimitBytes: GIB }, 512 * MIB],
    ['whole megabytes', { memoryLimitBytes: GIB + 3 * MIB + 1 }, 513 * MIB],
    ['16 MB where half of it is less', { memoryLimitBytes: 20 * MIB }, 16 * MIB],
  ])('is %s', (_, on, bytes) => {
    const { config, origins } = loadOn(on)
    expect(config.seg.heapSizeBytes).toBe(bytes)
    expect(origins['seg.heap_size']).toBe('default')
  })

  it('is half of what there is where that is asked for', () => {
    expect(loadOn({}, '-m', 'auto').config.seg.heapSizeBytes).toBe(4 * GIB)
    expect(loadOn({}, '--seg-heap-size=auto').config.seg.heapSizeBytes).toBe(4 * GIB)
    expect(loadOn({ memoryLimitBytes: GIB }, '-m', 'auto').config.seg.heapSizeBytes).toBe(512 * MIB)
  })

  it('is what is asked for, with a warning where there is not so much', () => {
    expect(loadOn({}, '-m', '8192')).toMatchObject({ warnings: [] })
    expect(loadOn({}, '-m', '8193').warnings).toEqual([
      'flag -m: seg.heap_size = "8193MB" is more than the memory of this machine, 8GB',
    ])
    expect(loadOn({ memoryLimitBytes: GIB }, '-m', '2048').warnings).toEqual([
      'flag -m: seg.heap_size = "2048MB" is more than the memory of this container, 1GB',
    ])
  })

  it('is refused where it is no size', () => {
    expect(refusalOn({}, '-m', 'much')).toBe(
      'cache: flag -m: seg.heap_size = "much": must be a size of at least 1MB, such as 1048576, "64MB" or ' +
        '"512k", or "auto"\n',
    )
  })
})

it('what was chosen is printed as a file that chooses the same elsewhere', () => {
  const on = { memoryLimitBytes: GIB, cpus: 3 }
  const loaded = loadOn(on)
  const printed = formatConfig(programOn(on), loaded)
  const elsewhere = loadConfig(programOn({ cpus: 1 }), {
    argv: ['printed.toml'],
    env: {},
    readFile: () => printed,
  })
  expect(elsewhere).toMatchObject({ kind: 'run', config: loaded.config, warnings: [] })
})

it('this machine has CPUs and memory', () => {
  const { cpus, memoryBytes, memoryLimitBytes = memoryBytes } = thisMachine()
  expect(cpus).toBeGreaterThan(0)
  expect(memoryBytes).toBeGreaterThan(64 * MIB)
  expect(memoryLimitBytes).toBeLessThanOrEqual(memoryBytes)
})
