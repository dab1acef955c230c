/**
 * The live page.
 *
 * @module
 */
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Figures } from '../src/figures.ts'
import { readableSeconds } from '../src/readable.ts'
import { Charts } from './charts.tsx'
import { Controls } from './controls.tsx'
import { Keys } from './keys.tsx'
import { type Moment, figuresAt } from './moment.ts'
import { Segments } from './segments.tsx'
import { type Known, Store } from './store.ts'
import { Commands, Trouble } from './tables.tsx'
import { TokenForm } from './token-form.tsx'

function Page({ known, store }: { readonly known: Known; readonly store: Store }) {
  const [paused, setPaused] = useState<Known>()
  const [seconds, setSeconds] = useState(120)
  const [asTables, setAsTables] = useState(false)
  const [moment, setMoment] = useState<Omit<Moment, 'set'>>({ at: undefined, by: 'slider' })
  const { about, figures, segments } = paused ?? known
  const shown = {
    figures,
    seconds,
    asTables,
    moment: {
      ...moment,
      set: (at: Moment['at'], by: Moment['by']) => {
        if (at !== moment.at || by !== moment.by) setMoment({ at, by })
      },
    },
  }
  const now = figuresAt(figures, shown.moment)
  const name = about?.name ?? 'Pelikan'
  useEffect(() => {
    document.title = name
  }, [name])
  return (
    <>
      <header class="top">
        <h1>
          {name} <small>{about?.version}</small>
        </h1>
        <Status known={known} isPaused={paused !== undefined} now={now} />
        {figures.length > 0 && (
          <Controls
            shown={shown}
            isPaused={paused !== undefined}
            onPause={(isPaused) => setPaused(isPaused ? known : undefined)}
            onSeconds={setSeconds}
            onTables={setAsTables}
          />
        )}
      </header>
      <main>
        {known.state === 'denied' && <TokenForm onToken={(token) => store.useToken(token)} />}
        {now !== undefined && (
          <>
            <Trouble now={now} />
            <div class="panels">
              <Charts shown={shown} />
              {segments !== undefined && <Segments map={segments} now={now} />}
              <Commands now={now} />
              <Keys session={known.state === 'live' ? about?.pid : undefined} />
            </div>
          </>
        )}
      </main>
      <footer>
        <Links />
      </footer>
    </>
  )
}

const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost',
  denied: 'Token needed',
} as const

function Status({
  isPaused,
  known: { about, reason, state },
  now,
}: {
  readonly known: Known
  readonly isPaused: boolean
  readonly now: Figures | undefined
}) {
  const isWaiting = state === 'live' && now === undefined
  return (
    <div class="status">
      <p role="status" class={isPaused ? 'paused' : state} title={reason}>
        {isPaused ? 'Paused' : STATES[state]}
        {state === 'lost' && !isPaused && ', trying again'}
        {isWaiting && ', the first second'}
      </p>
      {now !== undefined && about !== undefined && (
        <p>
          up {readableSeconds(now.uptime)} · process {about.pid}
        </p>
      )}
    </div>
  )
}

/** What else the endpoint shows. They need no token where this page needed none. */
function Links() {
  return (
    <nav aria-label="Other pages of this endpoint">
      {['/vars', '/metrics', '/config', '/inspect', '/healthz', '/readyz'].map((path) => (
        <a key={path} href={path}>
          {path}
        </a>
      ))}
    </nav>
  )
}

const place = document.querySelector('#page')!
const store: Store = new Store((known) => render(<Page known={known} store={store} />, place))
void store.start()
