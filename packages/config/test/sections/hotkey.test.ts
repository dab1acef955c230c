import { defineProgram, hotkeySection } from '@pelikan/config'
import { describe, expect, it } from 'vitest'
import { refusal, run } from '../programs.ts'

const program = defineProgram({
  name: 'cache',
  version: '1.2.3',
  description: 'A cache.',
  sections: { hotkey: hotkeySection() },
})

describe('[hotkey]', () => {
  it('looks at one request of a hundred, for a minute, if nothing is said', () => {
    expect(run(program).config.hotkey).toEqual({ enable: true, sample: 100, windowMs: 60_000 })
  })

  it('takes what a file says', () => {
    const file = '[hotkey]\nenable = false\nsample = 1\nwindow = "10s"\n'
    const { config } = run(program, [], { file })
    expect(config.hotkey).toEqual({ enable: false, sample: 1, windowMs: 10_000 })
  })

  it.each([
    ['window = 0', 'must be at least 1s'],
    ['window = "500ms"', 'must be at least 1s'],
    ['sample = 0', 'must be a whole number from 1 to 1000000'],
    ['enable = "perhaps"', 'must be true or false'],
  ])('refuses %s', (line, reason) => {
    expect(refusal(program, [], { file: `[hotkey]\n${line}\n` })).toContain(reason)
  })
})
