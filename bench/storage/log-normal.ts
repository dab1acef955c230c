import type { Random } from '@pelikan/loadgen'

/** Sizes of which half are below `median`: e to a normal variate (Box and Muller, 1958). */
export function logNormal(median: number, sigma: number, random: Random): () => number {
  return () => {
    // 1 - fraction is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()))
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random.fraction()))
  }
}
