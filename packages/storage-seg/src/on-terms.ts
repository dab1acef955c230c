/**
 * The operations on {@link Terms}. What is there is changed in one step, under the lock of its chain; what
 * is not is made in another, and if a thread was faster there, one begins again.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import {
  Entry,
  type Item,
  Mark,
  NEVER,
  NO_RESERVATION,
  Status,
  StoreMode,
  type Terms,
  type Tick,
} from '@pelikan/core'
import type { Control } from './control.ts'
import type { ItemCopy } from './item/item-copy.ts'
import { ItemFlag } from './item/item-layout.ts'
import type { Segments } from './segments/segments.ts'
import type { Arithmetic } from './writing/arithmetic.ts'
import type { Extender } from './writing/extender.ts'
import type { Staging } from './writing/staging.ts'
import type { Toucher } from './writing/toucher.ts'
import { Condition, type Writer } from './writing/writer.ts'

/** Times that others may be faster. */
const TRIES = 16
const DIGITS_MAX = 20

/** What the operations work with. */
export interface OnTermsParts {
  readonly segments: Segments
  readonly control: Control
  readonly staging: Staging
  readonly writer: Writer
  readonly extender: Extender
  readonly arithmetic: Arithmetic
  readonly toucher: Toucher
}

export class OnTerms {
  readonly #segments: Segments
  readonly #control: Control
  readonly #staging: Staging
  readonly #writer: Writer
  readonly #extender: Extender
  readonly #arithmetic: Arithmetic
  readonly #toucher: Toucher
  /** What is made: nothing, or a number. */
  readonly #made = new Entry()

  constructor(parts: OnTermsParts) {
    this.#segments = parts.segments
    this.#control = parts.control
    this.#staging = parts.staging
    this.#writer = parts.writer
    this.#extender = parts.extender
    this.#arithmetic = parts.arithmetic
    this.#toucher = parts.toucher
    this.#made.value = Buffer.alloc(DIGITS_MAX)
  }

  /** The item, changed as `terms` say and copied, or made. */
  fetch(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    terms: Terms,
    copy: ItemCopy,
  ): Item | undefined {
    for (let left = TRIES; left > 0; left--) {
      const status = this.#toucher.touch(key, keyStart, keyEnd, NEVER, copy, terms)
      // Where there is no room for a deadline, nothing has happened.
      if (status === Status.NoSpace) terms.won = false
      if (status !== Status.NotFound) return copy.item
      if (!terms.vivifies) return undefined
      this.#made.valueEnd = 0
      const marks = ItemFlag.Won | (terms.peeks ? 0 : ItemFlag.Fetched)
      const made = this.#make(key, keyStart, keyEnd, terms, marks)
      if (made === Status.Ok) return this.#show(copy.item, terms)
      if (made !== Status.NotStored) return undefined
    }
    return undefined
  }

  store(mode: StoreMode, entry: Entry, terms: Terms): Status {
    const marks = terms.binaryKey ? ItemFlag.BinaryKey : 0
    switch (mode) {
      case StoreMode.Add:
        return this.#stored(this.#writer.store(entry, Condition.Absent, terms, marks), terms)
      case StoreMode.Append:
        return this.#join(entry, false, terms)
      case StoreMode.Prepend:
        return this.#join(entry, true, terms)
      default: {
        const plain = mode === StoreMode.Set ? Condition.None : Condition.Present
        const condition = terms.compares ? Condition.Token : plain
        return this.#stored(this.#writer.store(entry, condition, terms, marks), terms)
      }
    }
  }

  count(key: Buffer, keyStart: number, keyEnd: number, terms: Terms, result: Uint64): Status {
    const { delta, subtracts } = terms
    for (let left = TRIES; left > 0; left--) {
      const status = this.#arithmetic.count(key, keyStart, keyEnd, delta, subtracts, result, terms)
      if (status !== Status.NotFound || !terms.vivifies) return status
      result.copy(terms.initial)
      this.#made.valueEnd = result.write(this.#made.value, 0)
      const made = this.#make(key, keyStart, keyEnd, terms, 0)
      if (made !== Status.NotStored) return made
    }
    return Status.NoSpace
  }

  /** As {@link Extender.extend}, made where there is nothing to join to and it may be. */
  #join(entry: Entry, before: boolean, terms: Terms): Status {
    const marks = terms.binaryKey ? ItemFlag.BinaryKey : 0
    const asked = entry.deadline
    for (let left = TRIES; left > 0; left--) {
      const status = this.#extender.extend(entry, before, terms)
      if (status !== Status.NotStored || !terms.vivifies) return status
      entry.deadline = terms.vivifyDeadline
      const made = this.#writer.store(entry, Condition.Absent, terms, marks, true)
      entry.deadline = asked
      if (made !== Status.NotStored) return this.#stored(made, terms)
    }
    if (entry.reservation !== NO_RESERVATION) this.#staging.release(entry.reservation)
    return Status.NoSpace
  }

  /** Store what is in `#made`, where nothing is. */
  #make(key: Buffer, keyStart: number, keyEnd: number, terms: Terms, marks: number): Status {
    const made = this.#made
    made.key = key
    made.keyStart = keyStart
    made.keyEnd = keyEnd
    made.deadline = terms.vivifyDeadline
    // What is over at once is not kept: its token is drawn here.
    if (isPast(terms.vivifyDeadline, this.#segments.clock.now)) this.#control.nextCas()
    const allMarks = marks | (terms.binaryKey ? ItemFlag.BinaryKey : 0)
    const status = this.#writer.store(made, Condition.Absent, terms, allMarks)
    if (status === Status.Ok) terms.judgeCreated()
    return this.#stored(status, terms)
  }

  /** Tell `terms` what was stored. */
  #stored(status: Status, terms: Terms): Status {
    if (status !== Status.Ok) return status
    if (terms.setsCas) terms.token.copy(terms.newCas)
    else terms.token.set(0, this.#control.lastCas)
    terms.length = this.#writer.length
    return status
  }

  /** What was made, as whoever made it sees it. */
  #show(item: Item, terms: Terms): Item {
    item.end = 0
    item.flags = 0
    item.deadline = terms.vivifyDeadline
    item.cas.copy(terms.token)
    item.marks = terms.binaryKey ? Mark.BinaryKey : 0
    item.lastAccess = this.#segments.clock.now
    return item
  }
}

function isPast(deadline: Tick, now: Tick): boolean {
  return deadline !== NEVER && deadline <= now
}
