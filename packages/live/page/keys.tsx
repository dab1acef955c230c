/**
 * The keys that are asked for most, the largest items and the slowest requests, where the server knows.
 *
 * @module
 */
import { readableBytes, readableCount, readableNanoseconds } from '../src/readable.ts'
import { Panel } from './panel.tsx'
import { usePolled } from './polled.ts'

interface HotKeys {
  /** Requests that were looked at; each stands for `sample`. */
  readonly sampled: number
  readonly sample: number
  readonly keys: readonly {
    readonly key: string
    readonly count: number
    readonly misses: number
    readonly error: number
  }[]
  readonly largest: readonly { readonly key: string; readonly bytes: number }[]
}

interface SlowRequests {
  readonly requests: readonly {
    readonly command: string
    readonly key: string
    readonly bytes: number
    readonly microseconds: number
    readonly at: string
  }[]
}

const ROWS = 8

/** @param session of the process; see {@link usePolled} */
export function Keys({ session }: { readonly session: number | undefined }) {
  const hot = usePolled('/hotkeys', session) as HotKeys | undefined
  const slow = usePolled('/slow', session) as SlowRequests | undefined
  return (
    <>
      {hot !== undefined && <Hot {...hot} />}
      {hot !== undefined && <Largest {...hot} />}
      {slow !== undefined && <Slow {...slow} />}
    </>
  )
}

function Hot({ keys, sample, sampled }: HotKeys) {
  return (
    <Panel
      title="Hot keys"
      width="half"
      value={readableCount(sampled)}
      unit={`sampled, 1 in ${sample}`}
    >
      {keys.length === 0 ? (
        <Nothing what="keys have been sampled" />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col" class="grows">
                key
              </th>
              <th scope="col">requests</th>
              <th scope="col">of all</th>
              <th scope="col">misses</th>
            </tr>
          </thead>
          <tbody>
            {keys.slice(0, ROWS).map(({ count, key, misses }) => (
              <tr key={key}>
                <Key text={key} />
                <td>{readableCount(count * sample)}</td>
                <td>{percent(count, sampled)}</td>
                <td>{percent(misses, count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

function Largest({ largest }: HotKeys) {
  return (
    <Panel title="Largest items" width="half">
      {largest.length === 0 ? (
        <Nothing what="items have been sampled" />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col" class="grows">
                key
              </th>
              <th scope="col">size</th>
            </tr>
          </thead>
          <tbody>
            {largest.slice(0, ROWS).map(({ bytes, key }) => (
              <tr key={key}>
                <Key text={key} />
                <td>{readableBytes(bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

function Slow({ requests }: SlowRequests) {
  return (
    <Panel title="Slow requests" width="half">
      {requests.length === 0 ? (
        <Nothing what="requests have been timed" />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">took</th>
              <th scope="col" class="text">
                command
              </th>
              <th scope="col" class="grows">
                key
              </th>
              <th scope="col">size</th>
              <th scope="col">when</th>
            </tr>
          </thead>
          <tbody>
            {requests.slice(0, ROWS).map(({ at, bytes, command, key, microseconds }) => (
              <tr key={`${at} ${key}`}>
                <td>{readableNanoseconds(microseconds * 1000)}</td>
                <td class="text">
                  <code>{command}</code>
                </td>
                <Key text={key} />
                <td>{readableBytes(bytes)}</td>
                <td>{new Date(at).toTimeString().slice(0, 8)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}

function Key({ text }: { readonly text: string }) {
  return (
    <th scope="row" class="key grows" title={text}>
      <code>{text}</code>
    </th>
  )
}

function Nothing({ what }: { readonly what: string }) {
  return <p class="nothing">No {what} yet.</p>
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}
