import { fileURLToPath } from 'node:url'
import { type Program, loadConfig } from '@pelikan/config'
import { expect, it } from 'vitest'

// By its URL: the compiler does not let a test import the source of a project that it does not build.
const CONFIG = new URL('../src/config.ts', import.meta.url)
const SAMPLE = fileURLToPath(new URL('../config/pingserver.toml', import.meta.url))

const { program } = (await import(CONFIG.href)) as { program: Program }

it('the sample file loads as the defaults, without a warning', () => {
  const sample = loadConfig(program, { argv: [SAMPLE], env: {} })
  const defaults = loadConfig(program, { argv: [], env: {} })
  if (sample.kind !== 'run' || defaults.kind !== 'run') throw new Error('it does not load')
  expect(sample.config).toEqual(defaults.config)
  expect(sample.warnings).toEqual([])
})
