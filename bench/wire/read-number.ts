/** @throws TypeError where `value` is no number from `least` up */
export function readNumber(name: string, value: string, least: number): number {
  const number = Number(value)
  if (value === '' || !(number >= least)) {
    throw new TypeError(`--${name} has to be a number from ${least} up, not "${value}"`)
  }
  return number
}
