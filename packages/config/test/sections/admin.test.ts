import { adminSection, defineProgram, formatConfig, loadConfig } from '@pelikan/config'
import { describe, expect, it } from 'vitest'

const program = defineProgram({
  name: 'served',
  version: '1.0.0',
  description: 'A program with an admin endpoint.',
  stats: () => 'get counter\n',
  sections: { admin: adminSection() },
})
const TOKEN = 'correct-horse-battery-staple'

describe('[admin]', () => {
  it('is off, at loopback and without a token, unless somebody says otherwise', () => {
    expect(loadConfig(program, { argv: [], env: {} })).toMatchObject({
      config: {
        admin: { host: '127.0.0.1', httpEnabled: false, httpHost: '127.0.0.1', httpPort: 9998 },
      },
    })
  })

  it('shows its token to whoever starts it, and masks it where that is asked for', () => {
    const loaded = loadConfig(program, { argv: ['--admin-http-token', TOKEN], env: {} })
    if (loaded.kind !== 'run') throw new Error('it does not load')
    expect(formatConfig(program, loaded)).toContain(TOKEN)
    const masked = formatConfig(program, loaded, 'masked')
    expect(masked).not.toContain(TOKEN)
    expect(masked).toContain('http_token = "***"')
  })

  it.each([
    ['--admin-http-token', 'short'],
    ['--admin-http-token', 'sixteen letters and spaces'],
    ['--admin-http-host', 'http://localhost'],
    ['--admin-http-port', '65536'],
  ])('refuses %s %s', (flag, value) => {
    expect(loadConfig(program, { argv: [flag, value], env: {} })).toMatchObject({ code: 1 })
  })

  it('has a text port where one is given', () => {
    expect(loadConfig(program, { argv: [], env: {} })).toMatchObject({
      config: { admin: { port: undefined } },
    })
    const argv = ['--admin-port', '9999', '--admin-host', '::1']
    expect(loadConfig(program, { argv, env: {} })).toMatchObject({
      config: { admin: { host: '::1', port: 9999 } },
    })
  })

  it('warns of an address without a text port', () => {
    expect(loadConfig(program, { argv: ['--admin-host', '::1'], env: {} })).toMatchObject({
      warnings: ['flag --admin-host: admin.host = "::1" has no effect without admin.port'],
    })
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org'])('refuses a text port at %s', (host) => {
    expect(loadConfig(program, { argv: ['--admin-host', host], env: {} })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the text port asks nobody for a token') as unknown,
    })
  })

  it('lists metrics instead of running', () => {
    const expected = { kind: 'exit', code: 0, stdout: 'get counter\n' }
    expect(loadConfig(program, { argv: ['--stats'], env: {} })).toEqual(expected)
  })
})
