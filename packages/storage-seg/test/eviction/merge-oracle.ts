/**
 * What a merge keeps, said with arrays: the algorithm of the Segcache paper (section 3.5) with Pelikan's
 * numbers, for items that all are in one TTL bucket and never expire.
 *
 * ```text
 *   segments   [ a b c ]  [ d e f ]  [ g h i ]  [ j k l ]  [ m n tail
 *                   \_________\_________\_________/
 *   merged     [ b  f  g  l ]  [ m n tail                   every count of a kept item is 0 again
 * ```
 *
 * Where the storage deliberately differs from Pelikan, so does this: at most `mergeMax` segments are
 * merged, not one more; an item may end at the last byte of a segment; one adjustment at most halves the
 * cut-off, so that it never sticks at 0.
 *
 * @module
 */

export interface OracleShape {
  readonly segments: number
  readonly segmentBytes: number
  readonly mergeTarget: number
  readonly mergeMax: number
}

interface OracleItem {
  readonly key: string
  readonly size: number
  /** Seconds in which it was read since it was written or merged; the oracle is exact to 16. */
  frequency: number
  countedIn: number
}

interface Segment {
  items: OracleItem[]
  /** A larger number was opened or merged later. */
  sequence: number
}

export class MergeOracle {
  readonly #shape: OracleShape
  /** From the oldest to the tail. */
  readonly #list: Segment[] = []
  readonly #items = new Map<string, OracleItem>()
  /** Where the next merge begins. */
  #next: Segment | undefined
  #sequence = 0
  merges = 0

  constructor(shape: OracleShape) {
    this.#shape = shape
  }

  has(key: string): boolean {
    return this.#items.has(key)
  }

  /** Write a key that was never there. */
  set(key: string, size: number): void {
    const { segments, segmentBytes } = this.#shape
    let tail = this.#list.at(-1)
    if (tail === undefined || bytesOf(tail) + size > segmentBytes) {
      if (this.#list.length === segments) this.#evict()
      tail = { items: [], sequence: ++this.#sequence }
      this.#list.push(tail)
    }
    const item = { key, size, frequency: 0, countedIn: -1 }
    tail.items.push(item)
    this.#items.set(key, item)
  }

  read(key: string, second: number): void {
    const item = this.#items.get(key)
    if (item === undefined || item.countedIn === second) return
    item.frequency++
    item.countedIn = second
  }

  #evict(): void {
    const next = this.#next
    this.#next = undefined
    if (next !== undefined && this.#merge(this.#list.indexOf(next))) return
    if (!this.#merge(0)) this.#dropOldest()
  }

  /** Merging gave nothing: the segment goes that was opened or merged first, but not the tail. */
  #dropOldest(): void {
    const sealed = this.#list.slice(0, -1)
    const oldest = sealed.reduce((a, b) => (b.sequence < a.sequence ? b : a))
    for (const { key } of oldest.items) this.#items.delete(key)
    const at = this.#list.indexOf(oldest)
    if (this.#next === oldest) this.#next = this.#list[at + 1]
    this.#list.splice(at, 1)
  }

  /** Merge from the segment at `first` on; returns whether that gave a segment. */
  #merge(first: number): boolean {
    const { mergeMax, mergeTarget, segmentBytes } = this.#shape
    // The tail is still written to.
    this.#next = undefined
    const chain = Math.min(this.#list.length - 1 - first, mergeMax)
    if (chain < 3) return false
    this.merges++
    const ratio = 1 / Math.min(chain, mergeTarget)
    const stopBytes = segmentBytes * ((mergeTarget - 1) / mergeTarget + 0.05)
    const target = this.#list[first]
    let cutoff = this.#prune(target, 1, ratio)
    target.items.forEach(forget)
    target.sequence = ++this.#sequence
    let merged = 1
    for (; merged < chain && bytesOf(target) < stopBytes; merged++) {
      const source = this.#list[first + merged]
      cutoff = this.#prune(source, cutoff, ratio)
      for (const item of source.items) {
        if (bytesOf(target) + item.size > segmentBytes) this.#items.delete(item.key)
        else target.items.push(forget(item))
      }
    }
    this.#list.splice(first + 1, merged - 1)
    this.#next = this.#list[first + 1]
    return merged > 1
  }

  /** Drop what is read least for its size; returns the cut-off for the next segment. */
  #prune(segment: Segment, cutoffBefore: number, ratio: number): number {
    const { segmentBytes } = this.#shape
    const live = bytesOf(segment)
    const toDrop = live - Math.floor(segmentBytes * ratio)
    const mean = live / segment.items.length
    let cutoff = (1 + cutoffBefore) / 2
    let scanned = 0
    let dropped = 0
    let retained = 0
    let part = 1
    for (const item of segment.items.splice(0)) {
      scanned += item.size
      if (scanned >= part * (segmentBytes / 10)) {
        part++
        const off = (retained / scanned - ratio) / ratio
        if (Math.abs(off) > 0.5) cutoff *= Math.max(1 + off, 0.5)
      }
      if (dropped < toDrop && item.frequency / (item.size / mean) <= cutoff) {
        dropped += item.size
        this.#items.delete(item.key)
      } else {
        retained += item.size
        segment.items.push(item)
      }
    }
    return cutoff
  }
}

function bytesOf({ items }: Segment): number {
  return items.reduce((sum, { size }) => sum + size, 0)
}

function forget(item: OracleItem): OracleItem {
  item.frequency = 0
  item.countedIn = -1
  return item
}
