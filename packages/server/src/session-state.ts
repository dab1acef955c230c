/** What a session is doing. */
export const State = {
  /** Serving what arrives. */
  Open: 0,
  /** Waiting for the next turn, so that others go first. */
  Yielded: 1,
  /** Waiting for the client to read what was sent. */
  Stalled: 2,
  /** Over: nothing more is parsed, and the connection closes when all is sent. */
  Closing: 3,
  /** Waiting for more of an answer to be there. */
  Awaiting: 4,
} as const

export type State = (typeof State)[keyof typeof State]

/** What a session waits for, for people. */
export type WaitsFor = 'request' | 'turn' | 'client' | 'event' | 'end'

export const waitsFor: Readonly<Record<State, WaitsFor>> = {
  [State.Open]: 'request',
  [State.Yielded]: 'turn',
  [State.Stalled]: 'client',
  [State.Awaiting]: 'event',
  [State.Closing]: 'end',
}
