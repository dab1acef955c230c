/**
 * What is a list at any moment: commands, workers, what should not happen.
 *
 * @module
 */
import { type Figures, isBusy } from '../src/figures.ts'
import { readableCount, readableNanoseconds, readablePercent } from '../src/readable.ts'
import { Panel, readableOr } from './panel.tsx'

export function Commands({ now }: { readonly now: Figures }) {
  const asked = now.commands.filter(isBusy).toSorted((a, b) => (b.rate ?? 0) - (a.rate ?? 0))
  if (now.commands.length === 0) return null
  return (
    <Panel title="Commands" width="half">
      {asked.length === 0 ? (
        <p class="nothing">No command in this second.</p>
      ) : (
        <div class="wide" tabIndex={0} role="group" aria-label="Commands, as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">command</th>
                <th scope="col">per second</th>
                <th scope="col">hits</th>
                <th scope="col">p50</th>
                <th scope="col">p99</th>
                <th scope="col">p999</th>
              </tr>
            </thead>
            <tbody>
              {asked.map(({ hitRatio, latency, name, rate }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td>{readableOr(rate, readableCount)}</td>
                  <td>{readableOr(hitRatio, readablePercent)}</td>
                  <td>{readableOr(latency?.p50, readableNanoseconds)}</td>
                  <td>{readableOr(latency?.p99, readableNanoseconds)}</td>
                  <td>{readableOr(latency?.p999, readableNanoseconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

export function Workers({ now }: { readonly now: Figures }) {
  const most = Math.max(...now.workers.map(({ rate }) => rate), 1)
  return (
    <Panel title="Workers" width="third" value={now.cpus.toFixed(2)} unit="CPUs">
      <table>
        <thead>
          <tr>
            <th scope="col">worker</th>
            <th scope="col" class="grows">
              requests per second
            </th>
            <th scope="col">connections</th>
          </tr>
        </thead>
        <tbody>
          {now.workers.map(({ connections, rate }, i) => (
            <tr key={i}>
              <th scope="row">{i + 1}</th>
              <td class="bar">
                {rate > 0 && <i style={{ width: `${(50 * rate) / most}%` }} />}
                {readableCount(rate)}
              </td>
              <td>{connections}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

/** Nothing where all is well. */
export function Trouble({ now }: { readonly now: Figures }) {
  if (now.trouble.length === 0) return null
  return (
    <section class="trouble" aria-label="What should not happen">
      <ul>
        {now.trouble.map(({ name, rate }) => (
          <li key={name}>
            <b>{readableCount(rate)}/s</b> {name}
          </li>
        ))}
      </ul>
    </section>
  )
}
