/**
 * Declarations. A metric is declared once, next to the code that counts, and everything else (the slot
 * it counts in, the line in an exposition, the row in the reference) follows from the declaration.
 *
 * @module
 */

/** A counter only rises; a gauge rises and falls; a histogram counts how often which values occurred. */
export type MetricKind = 'counter' | 'gauge' | 'histogram'

export interface MetricDefinition<Kind extends MetricKind = MetricKind> {
  /** Lower case with underscores, unique in a process. */
  readonly name: string
  readonly kind: Kind
  /** What is counted, such as `requests` or `bytes`. */
  readonly unit: string
  /** One sentence for people. */
  readonly description: string
}

/** The metrics of one module, by the names that its code uses. */
export type MetricGroup = Readonly<Record<string, MetricDefinition>>

export function counter(
  name: string,
  unit: string,
  description: string,
): MetricDefinition<'counter'> {
  return { name, kind: 'counter', unit, description }
}

export function gauge(name: string, unit: string, description: string): MetricDefinition<'gauge'> {
  return { name, kind: 'gauge', unit, description }
}

/** @param unit of the values, such as `nanoseconds` */
export function histogram(
  name: string,
  unit: string,
  description: string,
): MetricDefinition<'histogram'> {
  return { name, kind: 'histogram', unit, description }
}
