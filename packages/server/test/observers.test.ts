import type { Connection, Observer } from '@pelikan/core'
import { Observers } from '@pelikan/server'
import { describe, expect, it } from 'vitest'

/** An observer that keeps what it is shown. */
function observer(sample: number) {
  const seen: string[] = []
  const made = {
    sample,
    seen,
    observe: (request: string, response: string) => void seen.push(`${request} ${response}`),
  }
  return made satisfies Observer<string, string>
}

/** Execute requests of these numbers, as a session does. */
function execute(observers: Observers<string, string>, from: number, to: number): void {
  for (let i = from; i <= to; i++) {
    if (observers.isDue()) observers.observe(String(i), 'done', 1)
  }
}

describe('observers', () => {
  it('see one request of as many as each wants, counted by itself', () => {
    const [all, third, fourth, none] = [1, 3, 4, 0].map(observer)
    const observers = new Observers([all, third, fourth, none])
    execute(observers, 1, 12)
    expect(all.seen).toHaveLength(12)
    expect(third.seen).toEqual(['3 done', '6 done', '9 done', '12 done'])
    expect(fourth.seen).toEqual(['4 done', '8 done', '12 done'])
    expect(none.seen).toEqual([])
  })

  it('may change their minds, from the next turn on', () => {
    const [often, seldom] = [observer(2), observer(0)]
    const observers = new Observers([often, seldom])
    execute(observers, 1, 3)
    seldom.sample = 1
    observers.startTurn()
    execute(observers, 4, 5)
    expect(seldom.seen).toEqual(['4 done', '5 done'])
    seldom.sample = 0
    often.sample = 0
    observers.startTurn()
    execute(observers, 6, 1000)
    expect(seldom.seen).toHaveLength(2)
    expect(often.seen).toEqual(['2 done', '4 done'])
  })

  it('that are off for millions of requests are found again', () => {
    const rare = observer(3_000_000)
    const observers = new Observers([rare, observer(0)])
    execute(observers, 1, 6_500_000)
    expect(rare.seen).toEqual(['3000000 done', '6000000 done'])
  })

  it('are told of connections, where they ask for it', () => {
    const heard: string[] = []
    const connections: Observer<string, string> = {
      sample: 0,
      observe: () => {},
      opened: (number) => void heard.push(`${number} opened`),
      closed: (number, _, reason) => void heard.push(`${number} ${reason}`),
    }
    const observers = new Observers([observer(1), connections])
    const connection = {} as Connection
    observers.opened(7, connection)
    observers.closed(7, connection, 'shutdown')
    expect(heard).toEqual(['7 opened', '7 shutdown'])
  })

  it('are shown every request of a turn that is timed, where they ask for it', () => {
    const times: string[] = []
    const timed: Observer<string, string> = {
      sample: 0,
      observe: () => {},
      timed: (request, _, nanoseconds, alone) =>
        void times.push(`${request} ${nanoseconds} ${alone}`),
    }
    const observers = new Observers([observer(1), timed])
    observers.startTurn()
    observers.timed('get', 'done', 250)
    observers.timed('set', 'done', 600)
    observers.startTurn()
    observers.timed('add', 'done', 700)
    expect(times).toEqual(['get 250 250', 'set 600 350', 'add 700 700'])
  })
})
