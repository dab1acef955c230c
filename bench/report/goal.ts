/** A figure beside what it has to be. */
export interface Goal {
  readonly what: string
  readonly measured: string
  /** Left out where the figure is only shown. */
  readonly goal: string | undefined
  readonly isMet: boolean
}

/** Rows for a table, its head included. */
export function goalRows(goals: readonly Goal[]): readonly (readonly string[])[] {
  return [
    ['', 'measured', 'goal', ''],
    ...goals.map(({ goal, isMet, measured, what }) => [
      what,
      measured,
      goal ?? '',
      goal === undefined ? '' : verdict(isMet),
    ]),
  ]
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'missed'
}
