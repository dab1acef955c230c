/**
 * What the reader may change: the moment and the span that are shown, charts or tables, and whether it
 * goes on.
 *
 * @module
 */
import type { Shown } from './panel.tsx'

export interface ControlsProps {
  readonly shown: Shown
  readonly isPaused: boolean
  readonly onPause: (isPaused: boolean) => void
  readonly onSeconds: (seconds: number) => void
  readonly onTables: (asTables: boolean) => void
}

const SPANS = [
  [120, '2 min'],
  [600, '10 min'],
] as const

export function Controls({ isPaused, onPause, onSeconds, onTables, shown }: ControlsProps) {
  const { asTables, figures, moment, seconds } = shown
  const recent = figures.slice(-seconds)
  const end = recent.length - 1
  const found = recent.findIndex(({ at }) => at === moment.at)
  const place = moment.at === undefined || found < 0 ? end : found
  const isNow = place === end
  const text = isNow ? 'now' : new Date(recent[place]!.at).toTimeString().slice(0, 8)
  return (
    <div class="controls">
      <label class="moment">
        <span>
          Shows <b>{text}</b>
        </span>
        <input
          type="range"
          aria-label="Moment shown"
          min={0}
          max={end}
          value={place}
          aria-valuetext={text}
          onInput={({ currentTarget: { valueAsNumber } }) => {
            moment.set(valueAsNumber >= end ? undefined : recent[valueAsNumber]?.at, 'slider')
          }}
        />
      </label>
      <fieldset>
        <legend class="unseen">Span</legend>
        {SPANS.map(([span, name]) => (
          <label key={span}>
            <input
              type="radio"
              name="span"
              checked={seconds === span}
              onChange={() => onSeconds(span)}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      <button type="button" aria-pressed={asTables} onClick={() => onTables(!asTables)}>
        Tables
      </button>
      <button type="button" aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
        Pause
      </button>
    </div>
  )
}
