/**
 * Numbers for people: three digits and a unit.
 *
 * @module
 */

const COUNTS = ['', ' k', ' M', ' G', ' T']
const BYTES = [' B', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB']
const TIMES = [' ns', ' µs', ' ms', ' s']

/** `950`, `12.3 k`, `4.56 M`; of less than ten, one decimal where there is one. */
export function readableCount(count: number): string {
  return scaled(count, 1000, COUNTS)
}

/** `512 B`, `1.50 MiB`. */
export function readableBytes(bytes: number): string {
  return scaled(bytes, 1024, BYTES)
}

/** `830 ns`, `12.3 µs`, `1.20 ms`, `3.00 s`. */
export function readableNanoseconds(nanoseconds: number): string {
  return scaled(nanoseconds, 1000, TIMES)
}

/** `97.3 %`; all of it is `100 %`, and less never is. */
export function readablePercent(share: number): string {
  if (share >= 1) return '100 %'
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

/** `42 s`, `3 min 20 s`, `5 h 10 min`, `2 d 4 h`. */
export function readableSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  const [large, small, by] = TIERS.find(([, , end]) => whole >= end) ?? []
  if (large === undefined || small === undefined || by === undefined) return `${whole} s`
  const rest = Math.floor((whole % by) / small.seconds)
  const first = `${Math.floor(whole / by)} ${large}`
  return rest === 0 ? first : `${first} ${rest} ${small.name}`
}

type Tier = readonly [name: string, next: { name: string; seconds: number }, seconds: number]
const TIERS: readonly Tier[] = [
  ['d', { name: 'h', seconds: 3600 }, 86_400],
  ['h', { name: 'min', seconds: 60 }, 3600],
  ['min', { name: 's', seconds: 1 }, 60],
]

function scaled(value: number, by: number, units: readonly string[]): string {
  let unit = 0
  let left = value
  // Three digits are left of what rounds to a thousand, too.
  while (Math.round(left) >= 1000 && unit < units.length - 1) {
    left /= by
    unit++
  }
  return `${digits(left, unit)}${units[unit]}`
}

function digits(value: number, unit: number): string {
  if (unit === 0)
    return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : value.toFixed(0)
  if (value >= 99.95) return value.toFixed(0)
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2)
}
