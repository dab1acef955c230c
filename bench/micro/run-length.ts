/**
 * Lengths of the runs that a case copies or compares. A loop over runs of one length flatters itself,
 * because the processor foresees its end; between two lengths it does not.
 *
 * @module
 */
export interface RunLength {
  readonly least: number
  readonly most: number
}

export function showLength({ least, most }: RunLength): string {
  return least === most ? `${least} B` : `${least}-${most} B`
}

/** `count` lengths in no order, as many of each. */
export function lengthsOf({ least, most }: RunLength, count: number): Int32Array {
  const scatter = 2_654_435_761
  return Int32Array.from(
    { length: count },
    (_, i) => least + ((Math.imul(i + 1, scatter) >>> 7) % (most - least + 1)),
  )
}
