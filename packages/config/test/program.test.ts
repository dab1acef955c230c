import {
  debugSection,
  defineProgram,
  section,
  setting,
  workerSection,
  wholeNumber,
  type DebugConfig,
  type Program,
  type WorkerConfig,
} from '@pelikan/config'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { run, twemcache } from './programs.ts'

describe('a program', () => {
  it('names each setting in four ways', () => {
    const names = twemcache.settings.map(({ path, flag, variable }) => [path, flag, variable])
    expect(names).toContainEqual([
      'hashmap.item_size_max',
      '--hashmap-item-size-max',
      'PELIKAN_HASHMAP_ITEM_SIZE_MAX',
    ])
    expect(names).toContainEqual([
      'server.idle_timeout',
      '--server-idle-timeout',
      'PELIKAN_SERVER_IDLE_TIMEOUT',
    ])
    for (const column of [0, 1, 2]) {
      expect(new Set(names.map((row) => row[column])).size).toBe(twemcache.settings.length)
    }
  })

  it('may have a section of its own', () => {
    const program = defineProgram({
      name: 'own',
      version: '1',
      description: 'x',
      sections: {
        cups: section({
          title: 'Cups',
          settings: {
            sizeBytes: setting(wholeNumber({ min: 1, max: 3 }), {
              description: 'cup size',
              argument: 'count',
              default: 2,
              example: '3',
            }),
          },
        }),
      },
    })
    expectTypeOf(run(program).config.cups.sizeBytes).toEqualTypeOf<number>()
    expect(run(program).config).toEqual({ cups: { sizeBytes: 2 } })
    expect(run(program, [], { file: 'cups.size = 3' }).config).toEqual({ cups: { sizeBytes: 3 } })
  })

  it('may be given its type by hand', () => {
    const program: Program<{ worker: WorkerConfig; debug: DebugConfig }> = defineProgram({
      name: 'x',
      version: '1',
      description: 'x',
      sections: { worker: workerSection(), debug: debugSection() },
    })
    // @ts-expect-error: a section is missing
    const missing: Program<{ worker: WorkerConfig; debug: DebugConfig }> = defineProgram({
      name: 'x',
      version: '1',
      description: 'x',
      sections: { worker: workerSection() },
    })
    expect([program.name, missing.name]).toEqual(['x', 'x'])
  })

  it('is wrong where its check names what does not exist', () => {
    const program = defineProgram({
      name: 'x',
      version: '1',
      description: 'x',
      sections: { worker: workerSection() },
      check: () => [{ key: 'worker.thread', problem: 'must be known' }],
    })
    expect(() => run(program)).toThrow('worker.thread is no setting')
  })

  it('is wrong where a default is of the wrong type', () => {
    const meta = { description: 'x', argument: 'count', example: '3' }
    // @ts-expect-error: the default is written as a file would have it
    expect(setting(wholeNumber({ min: 1 }), { ...meta, default: 'two' })).toBeDefined()
  })
})
