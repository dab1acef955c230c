/** A figure beside what it has to be. */
export interface Goal {
  readonly what: string
  readonly measured: string
  readonly goal: string
  readonly isMet: boolean
}

/** Rows for a table, its head included. */
export function goalRows(goals: readonly Goal[]): readonly (readonly string[])[] {
  return [
    ['', 'measured', 'goal', ''],
    ...goals.map(({ goal, isMet, measured, what }) => [
      what,
      measured,
      goal,
      isMet ? 'met' : 'missed',
    ]),
  ]
}
