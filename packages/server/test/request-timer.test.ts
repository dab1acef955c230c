import { Metrics, histogram } from '@pelikan/metrics'
import { RequestTimer, type TimedCommands } from '@pelikan/server'
import { describe, expect, it } from 'vitest'

const commands = {
  metrics: {
    a: histogram('a_latency', 'nanoseconds', 'Time of a.'),
    b: histogram('b_latency', 'nanoseconds', 'Time of b.'),
  },
  commandOf: (request: string) => ['a', 'b'].indexOf(request),
} satisfies TimedCommands<string>

function made(sample: number) {
  const metrics = new Metrics([commands.metrics])
  let now = 0
  const timer = new RequestTimer(commands, metrics, sample, () => now)
  return {
    metrics,
    timer,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

describe('a request timer', () => {
  it('times one turn of so many, and in it each request from the start of the turn', () => {
    const { metrics, pass, timer } = made(3)
    for (let turn = 1; turn <= 9; turn++) {
      timer.startTurn()
      expect(timer.isOn).toBe(turn % 3 === 0)
      if (!timer.isOn) continue
      for (const request of ['a', 'b', 'a']) {
        timer.begin(request)
        pass(0.001)
        timer.end()
      }
    }
    const a = metrics.distribution(commands.metrics.a)
    expect([a.count, a.sum]).toEqual([6, 3 * (1000 + 3000)])
    const b = metrics.distribution(commands.metrics.b)
    expect([b.count, b.max]).toEqual([3, 2000])
  })

  it('leaves out what is not timed', () => {
    const { metrics, timer } = made(1)
    timer.startTurn()
    timer.begin('neither')
    timer.end()
    for (const metric of metrics.definitions) expect(metrics.read(metric)).toBe(0)
  })

  it('that is off times nothing, nor one without commands', () => {
    const { metrics, timer } = made(0)
    const idle = new RequestTimer<string>(undefined, metrics, 1)
    for (const each of [timer, idle]) {
      each.startTurn()
      expect(each.isOn).toBe(false)
    }
  })
})
