import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SystemClock } from '@pelikan/core'
import { Metrics } from '@pelikan/metrics'
import {
  type CommandLogOptions,
  CommandLogWriter,
  LogFile,
  type LogFileOptions,
  type ObserverPart,
  Observers,
  commandLog,
  commandLogMetrics,
} from '@pelikan/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const HAS_FULL = existsSync('/dev/full')

let folder: string
let path: string
let said: string[]
let metrics: Metrics
let part: ObserverPart<string, string>
let shared: readonly SharedArrayBuffer[]
let file: LogFile
let writer: CommandLogWriter

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelikan-klog-'))
  path = join(folder, 'commands.log')
  said = []
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 25, 20, 55, 12, 7) })
})
afterEach(async () => {
  vi.useRealTimers()
  await writer.close()
  rmSync(folder, { recursive: true })
})

/** A log of `workers` workers. The line of a request is the request; of `none` there is none. */
function start(
  workers: number,
  options: Partial<CommandLogOptions> = {},
  fileOptions: Partial<LogFileOptions> = {},
): void {
  metrics = new Metrics([commandLogMetrics], workers + 1)
  part = commandLog(
    { sample: 1, queueDepth: 4, singleMessageSizeBytes: 30, ...options },
    (request, _response, line, at) =>
      request === 'none' ? at : at + line.write(request, at, 'latin1'),
  )
  shared = part.share(workers) as readonly SharedArrayBuffer[]
  file = new LogFile({
    path,
    maxBytes: 1 << 30,
    keepFiles: 1,
    troubled: (trouble) => said.push(trouble),
    ...fileOptions,
  })
  writer = new CommandLogWriter({
    file,
    queues: shared,
    counted: metrics.bind(commandLogMetrics),
    // It is asked by hand.
    intervalMs: 1 << 30,
    log: {
      error: (line: string) => said.push(line),
      info: (line: string) => said.push(line),
    } as never,
  })
}

/** What the worker of `row` does for each request. */
function worker(row: number): (request: string) => void {
  const context = {
    clock: new SystemClock(),
    metrics: new Metrics([commandLogMetrics], shared.length + 1, metrics.memory, row),
  }
  const observers = new Observers([part.attach(shared, context)])
  return (request) => {
    if (observers.isDue()) observers.observe(request, '', 1)
  }
}

function counted() {
  return Object.fromEntries(
    Object.entries(commandLogMetrics).map(([name, metric]) => [name, metrics.read(metric)]),
  )
}

/** What is in the file, without the time. */
function logged(): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(25))
}

describe('the command log', () => {
  it('has a line with the time for each request that is sampled', async () => {
    start(1, { sample: 3 })
    const execute = worker(1)
    for (let i = 1; i <= 10; i++) execute(`r${i}`)
    vi.setSystemTime(Date.UTC(2026, 10, 25, 20, 55, 13, 450))
    execute('r11')
    execute('r12')
    await writer.drain()
    expect(readFileSync(path, 'utf8')).toBe(
      '2026-11-25T20:55:12.007Z r3\n' +
        '2026-11-25T20:55:12.007Z r6\n' +
        '2026-11-25T20:55:12.007Z r9\n' +
        '2026-11-25T20:55:13.450Z r12\n',
    )
    expect(counted()).toEqual({ logged: 4, discarded: 0, skipped: 0, lost: 0 })
  })

  it('is empty where the sample is 0', async () => {
    start(1, { sample: 0 })
    const execute = worker(1)
    for (let i = 1; i <= 1000; i++) execute('x')
    await writer.drain()
    expect(logged()).toEqual([])
  })

  it('drops and counts what its queue has no room for, and what is too long', async () => {
    start(1)
    const execute = worker(1)
    // 30 bytes a line: four fill the queue.
    for (let i = 0; i < 10; i++) execute(`abc${i}`)
    expect(counted()).toMatchObject({ discarded: 6 })
    await writer.drain()
    expect(logged()).toEqual(['abc0', 'abc1', 'abc2', 'abc3'])
    execute('abcd9')
    execute('abcd')
    execute('none')
    await writer.drain()
    expect(logged()).toEqual(['abc0', 'abc1', 'abc2', 'abc3', 'abcd'])
    expect(counted()).toEqual({ logged: 5, discarded: 7, skipped: 1, lost: 0 })
  })

  it('takes lines from all workers, each whole, and counts for all', async () => {
    start(2, { queueDepth: 10 })
    const [one, two] = [worker(1), worker(2)]
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 7; i++) {
        one(`a${round}`)
        two(`b${round}`)
      }
      await writer.drain()
    }
    const lines = logged()
    for (const [name, count] of [
      ['a', 350],
      ['b', 350],
    ] as const) {
      const own = lines.filter((line) => line.startsWith(name))
      expect(own).toEqual(Array.from({ length: count }, (_, i) => `${name}${Math.floor(i / 7)}`))
    }
    expect(lines).toHaveLength(700)
    expect(counted()).toEqual({ logged: 700, discarded: 0, skipped: 0, lost: 0 })
  })

  it('begins a fresh file between two lines', async () => {
    start(1, { queueDepth: 100 }, { maxBytes: 100 })
    const execute = worker(1)
    for (let i = 0; i < 5; i++) execute(`old${i}`)
    await writer.drain()
    for (let i = 0; i < 2; i++) execute(`new${i}`)
    await writer.drain()
    expect(logged()).toEqual(['new0', 'new1'])
    await writer.close()
    const older = readdirSync(folder).find((name) => name.startsWith('commands.log.1'))!
    const bytes = readFileSync(join(folder, older))
    const text = String(older.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    expect(text.match(/old\d/g)).toEqual(['old0', 'old1', 'old2', 'old3', 'old4'])
  })

  it('has every line once, over all files', async () => {
    start(2, { queueDepth: 100 }, { maxBytes: 2000, keepFiles: 100 })
    const [one, two] = [worker(1), worker(2)]
    for (let i = 100; i < 500; i++) {
      one(`a${i}`)
      two(`b${i}`)
      if (i % 40 !== 0) continue
      await writer.drain()
      await file.settled()
    }
    await writer.close()
    const files = readdirSync(folder)
    expect(files.length).toBeGreaterThan(3)
    const all = files
      .map((name) => readFileSync(join(folder, name)))
      .map((bytes) => String(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes))
      .flatMap((text) => text.split('\n').slice(0, -1))
      .map((line) => line.slice(25))
    const expected = ['a', 'b'].flatMap((name) =>
      Array.from({ length: 400 }, (_, i) => `${name}${i + 100}`),
    )
    expect(all.toSorted()).toEqual(expected)
    expect(counted()).toEqual({ logged: 800, discarded: 0, skipped: 0, lost: 0 })
  })

  it('goes on in a new file when somebody has moved the old one away', async () => {
    start(1)
    const execute = worker(1)
    execute('a')
    await writer.drain()
    renameSync(path, `${path}.moved`)
    execute('b')
    await writer.reopen()
    await writer.drain()
    expect(logged()).toEqual(['b'])
    expect(readFileSync(`${path}.moved`, 'utf8')).toMatch(/ a\n$/)
  })

  it('writes what waits when it is closed', async () => {
    start(2)
    worker(1)('a')
    worker(2)('b')
    await writer.close()
    expect(logged().toSorted()).toEqual(['a', 'b'])
  })

  it.skipIf(!HAS_FULL)(
    'counts what a full disk does not take, and says so once, and when it does',
    async () => {
      symlinkSync('/dev/full', path)
      start(1)
      const execute = worker(1)
      for (let round = 0; round < 3; round++) {
        execute('abcd')
        execute('abcd')
        await writer.drain()
      }
      expect(counted()).toEqual({ logged: 0, discarded: 0, skipped: 0, lost: 6 })
      const full =
        'the command log cannot be written: the disk is full; its lines are lost and counted until it can'
      expect(said).toEqual([full])
      rmSync(path)
      await writer.reopen()
      execute('abcd')
      await writer.drain()
      expect(logged()).toEqual(['abcd'])
      expect(counted()).toMatchObject({ logged: 1, lost: 6 })
      expect(said).toEqual([full, 'the command log is written again; 6 lines of it are lost'])
    },
  )

  it.skipIf(!HAS_FULL)(
    'begins a line of its own behind one that the disk took half of',
    async () => {
      start(1)
      await writer.close()
      const [good, full] = [openSync(path, 'a'), openSync('/dev/full', 'a')]
      // What goes round comes as two writes, of which the second is refused.
      const fds = [good, good, full, good, good]
      writer = new CommandLogWriter({
        file: {
          get fd() {
            return fds.shift()!
          },
          isDue: false,
          wrote: () => {},
          close: async () => [good, full].forEach(closeSync),
        } as unknown as LogFile,
        queues: shared,
        counted: metrics.bind(commandLogMetrics),
        intervalMs: 1 << 30,
        log: { error: () => {}, info: () => {} } as never,
      })
      const execute = worker(1)
      for (const line of ['abcd', 'abcd', 'abcd']) execute(line)
      await writer.drain()
      execute('efgh')
      execute('ijkl')
      await writer.drain()
      execute('mnop')
      await writer.drain()
      expect(
        readFileSync(path, 'utf8')
          .split('\n')
          .map((line) => line.slice(25)),
      ).toEqual(['abcd', 'abcd', 'abcd', 'efgh', '', 'mnop', ''])
      expect(counted()).toEqual({ logged: 5, discarded: 0, skipped: 0, lost: 1 })
    },
  )
})
