import { type StopSignal, onStopSignals } from '@pelikan/server'
import { describe, expect, it } from 'vitest'

function setUp() {
  const events: string[] = []
  const listeners: ((signal: StopSignal) => void)[] = []
  let now = 0
  onStopSignals(
    { on: (_signal, listener) => listeners.push(listener) },
    {
      drain: (signal) => events.push(`drain ${signal}`),
      abort: (signal, exitCode) => events.push(`abort ${signal} ${exitCode}`),
    },
    () => now,
  )
  const send = (signal: StopSignal, at: number): void => {
    now = at
    listeners[signal === 'SIGINT' ? 0 : 1](signal)
  }
  return { events, send }
}

describe('signals', () => {
  it('drain once, however many come within a second', () => {
    const { events, send } = setUp()
    send('SIGINT', 100)
    send('SIGINT', 100)
    send('SIGTERM', 101)
    send('SIGINT', 1100)
    expect(events).toEqual(['drain SIGINT'])
  })

  it('end the process at once when they come again later', () => {
    const { events, send } = setUp()
    send('SIGTERM', 0)
    send('SIGTERM', 1001)
    send('SIGINT', 3000)
    expect(events).toEqual(['drain SIGTERM', 'abort SIGTERM 143', 'abort SIGINT 130'])
  })
})
