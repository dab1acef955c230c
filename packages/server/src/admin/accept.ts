/**
 * Which of two formats of metrics a client wants, from its `Accept` header (RFC 9110, section 12.5.1).
 *
 * @module
 */

const OPENMETRICS = 'application/openmetrics-text'
/** Those that stand for Prometheus' own format, the most particular first. */
const PROMETHEUS = ['text/plain', 'text/*', '*/*']

/** Whether a client that sends this header would rather have OpenMetrics than Prometheus' text format. */
export function prefersOpenMetrics(accept = ''): boolean {
  const wishes = accept.split(',').map(readWish)
  const open = weightOf(OPENMETRICS, wishes) ?? 0
  const named = PROMETHEUS.map((type) => weightOf(type, wishes))
  return open > 0 && open >= (named.find((weight) => weight !== undefined) ?? 0)
}

interface Wish {
  readonly type: string
  readonly weight: number
}

function readWish(text: string): Wish {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 }
}

function weightOf(type: string, wishes: readonly Wish[]): number | undefined {
  const weights = wishes.filter((wish) => wish.type === type).map(({ weight }) => weight)
  return weights.length === 0 ? undefined : Math.max(...weights)
}
