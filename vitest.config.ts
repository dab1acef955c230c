import { defineConfig } from 'vitest/config'

const LIMITS = 'examples/segcache/test/limits.test.ts'

export default defineConfig({
  test: {
    testTimeout: 40_000,
    hookTimeout: 40_000,
    // What comes does come; on a busy machine it takes its time.
    expect: { poll: { timeout: 10_000 } },
    // Half of the tests wait for servers of their own, so that a core left over for them would idle.
    maxWorkers: '100%',
    // Servers that start at once, for each file.
    maxConcurrency: 3,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
    },
    // Groups run one after the other: what measures memory and latency runs alone.
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['examples/*/test/**/*.test.ts'],
          exclude: [LIMITS],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'limits', include: [LIMITS], sequence: { groupOrder: 2 } },
      },
    ],
  },
})
