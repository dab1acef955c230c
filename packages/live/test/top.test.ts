/** `top` as a terminal, a script and an operator who mistypes meet it. */
import { stripVTControlCharacters } from 'node:util'
import { type Figures, type LiveEvent, runTop } from '@pelikan/live'
import { describe, expect, it } from 'vitest'
import { about, sample, served, text } from './streams.ts'

const END: LiveEvent = { type: 'end', data: { reason: 'the server stops' } }

function samples(...requests: number[]): LiveEvent[] {
  return requests.map((count, i) => ({
    type: 'sample',
    data: sample(1000 * (i + 1), { process_req: count, uptime: i + 1 }),
  }))
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function top(
  argv: readonly string[],
  bodies: Parameters<typeof served>,
  { env = {}, terminal = false }: { env?: Record<string, string>; terminal?: boolean } = {},
): Promise<Ran & { readonly asked: ReturnType<typeof served>['asked'] }> {
  let out = ''
  let err = ''
  const ends = new AbortController()
  const { asked, fetch } = served(...bodies)
  const code = await runTop({
    name: 'segcache',
    argv,
    env,
    fetch,
    // The operator has seen enough when the server has gone for good.
    pause: () => {
      if (asked.length > bodies.length) ends.abort()
      return Promise.resolve()
    },
    output: {
      write: (more) => (out += more),
      writeError: (more) => (err += more),
      terminal: () => (terminal ? { columns: 60, rows: 20 } : undefined),
      signal: ends.signal,
    },
  })
  return { code, out, err, asked }
}

describe('for a script', () => {
  it('is a line of JSON for each sample, and none for those of the past', async () => {
    const told = { ...about, past: 2 }
    const body = text({ type: 'about', data: told }, ...samples(10, 20, 50, 90, 100))
    const { code, err, out } = await top(['--json', '--count', '2'], [body])
    expect([code, err]).toEqual([0, ''])
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as Figures).requests)).toEqual([30, 40])
  })

  it('fails when the server stops before it has what was asked for', async () => {
    const body = text({ type: 'about', data: about }, ...samples(1, 2), END)
    const { code, err, out } = await top(['--json'], [body])
    expect(code).toBe(1)
    expect(out.split('\n')).toHaveLength(2)
    expect(err).toBe('segcache top: the connection ended: the server stops\n')
  })

  it('is columns where JSON is not asked for', async () => {
    const body = text({ type: 'about', data: about }, ...samples(0, 1500, 3000))
    const { out } = await top(['--count', '2'], [body])
    const [head, first, second] = out.split('\n')
    expect(head).toMatch(/^time +req\/s +hits +p50 +p99 +p999 +memory +conns +CPUs$/)
    expect(first).toMatch(/^\d\d:\d\d:\d\d +1\.50 k +- +- +- +- /)
    expect(second).toHaveLength(first.length)
  })
})

describe('on a terminal', () => {
  it('draws on a screen of its own, within its size, and leaves it', async () => {
    const body = text({ type: 'about', data: about }, ...samples(0, 1500))
    const { code, out } = await top(['--count', '1'], [body], { terminal: true })
    expect(code).toBe(0)
    expect(out.startsWith('\u001B[?1049h\u001B[?25l\u001B[H')).toBe(true)
    expect(out.endsWith('\u001B[?25h\u001B[?1049l')).toBe(true)
    const lines = stripVTControlCharacters(out).split('\n')
    expect(lines[0]).toMatch(/^segcache 1\.2\.3, process 42, up 2 s/)
    expect(lines).toContain('requests      1.50 k/s')
    expect(lines.length).toBeLessThanOrEqual(20)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
  })

  it('says that the connection is lost, and comes back', async () => {
    const again = text({ type: 'about', data: about }, ...samples(0, 7))
    const body = text({ type: 'about', data: about }, ...samples(0, 1500), END)
    const { code, out } = await top([], [body, again], { terminal: true })
    expect(code).toBe(0)
    expect(out).toContain('the connection ended: the server stops; trying again')
    expect(out).toContain('requests      7/s')
  })

  it('lets no server move the cursor', async () => {
    const told = { ...about, name: '\u001B[2J' }
    const body = text({ type: 'about', data: told }, ...samples(0, 1))
    const { out } = await top(['--count', '1'], [body], { terminal: true })
    expect(out).not.toContain('\u001B[2J')
  })
})

describe('an operator', () => {
  it.each([
    [['--count', '0'], /--count must be a whole number above 0, not "0"/],
    [['--count', '1e3'], /not "1e3"/],
    [['--admin', 'ftp://x'], /--admin must be a URL such as http:/],
    [['--admin', 'http://'], /--admin must be a URL/],
    [['--jsn'], /Unknown option '--jsn'/],
    [['there'], /Unexpected argument 'there'/],
    [['--token', 'two words'], /--token/],
  ])('who gives %j is told so, in one line', async (argv, message) => {
    const { asked, code, err, out } = await top(argv, [])
    expect([code, out, asked]).toEqual([2, '', []])
    expect(err).toMatch(message)
    expect(err).toMatch(/^segcache top: .*; --help lists what there is\n$/)
  })

  it('gets help', async () => {
    const { code, out } = await top(['--help'], [])
    expect(code).toBe(0)
    for (const option of ['--admin', '--token', '--json', '--count']) expect(out).toContain(option)
  })

  it('is told where nothing listens, and what to do', async () => {
    const { code, err } = await top([], [])
    expect(code).toBe(1)
    expect(err).toContain('http://127.0.0.1:9998 does not answer: connect ECONNREFUSED')
    expect(err).toContain('--admin-http-enabled true')
  })

  it('may leave out the scheme, and gives the token either way', async () => {
    const body = text({ type: 'about', data: about }, ...samples(0, 1))
    const count = ['--count', '1', '--admin', '127.0.0.1:1234']
    const flag = await top([...count, '--token', 'secret'], [body])
    expect(flag.asked[0].url).toBe('http://127.0.0.1:1234/live')
    expect(flag.asked[0].headers.get('authorization')).toBe('Bearer secret')
    const env = { PELIKAN_ADMIN_HTTP_TOKEN: 'other' }
    const variable = await top(count, [body], { env })
    expect(variable.asked[0].headers.get('authorization')).toBe('Bearer other')
  })

  it('is told that a token is needed', async () => {
    const { code, err } = await top([], [new Response('', { status: 401 })])
    expect(code).toBe(1)
    expect(err).toContain('--token')
  })
})
