/**
 * The operations on {@link Terms}: one step each, since nothing comes between on one thread.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import { Entry, Mark, NEVER, parseNumberText, Status, StoreMode, type Terms } from '@pelikan/core'
import type { ItemTable } from './item-table.ts'
import type { ItemWriter } from './item-writer.ts'
import type { StoredItem } from './stored-item.ts'

const MAX_DIGITS = 20

export class OnTerms {
  readonly #table: ItemTable
  readonly #writer: ItemWriter
  /** What is made where nothing was: empty, or a number. */
  readonly #made = new Entry()

  constructor(table: ItemTable, writer: ItemWriter) {
    this.#table = table
    this.#writer = writer
    this.#made.value = Buffer.alloc(MAX_DIGITS)
  }

  /** The item that `fetch` lends, with its deadline changed and what there was to win won. */
  find(key: string, terms: Terms): StoredItem | undefined {
    const found = this.#table.find(key)
    if (found !== undefined) {
      terms.judge(found.marks, found.deadline)
      found.deadline = terms.deadlineAfter
      return found
    }
    if (!terms.vivifies) return undefined
    this.#made.valueEnd = 0
    return this.#make(key, terms) === Status.Ok ? this.#table.peek(key) : undefined
  }

  store(mode: StoreMode, key: string, entry: Entry, terms: Terms): Status {
    const old = this.#table.find(key)
    const status =
      old === undefined
        ? this.#storeNew(mode, key, entry, terms)
        : this.#storeOver(mode, key, entry, terms, old)
    if (status === Status.Ok) this.#stored(key, terms)
    else if (mode === StoreMode.Set && (status === Status.TooLarge || status === Status.NoSpace)) {
      this.#remove(key)
    }
    return status
  }

  discard(key: string, terms: Terms): Status {
    const item = this.#table.find(key)
    if (item === undefined) return Status.NotFound
    if (terms.compares && !item.hasCas(terms.cas)) return Status.Exists
    if (!terms.invalidates && !terms.empties) {
      this.#table.remove(item)
      return Status.Ok
    }
    if (terms.empties) {
      const made = this.#made
      made.valueEnd = 0
      made.deadline = NEVER
      const status = this.#writer.store(key, made, item)
      if (status !== Status.Ok) return status
    }
    const kept = this.#table.peek(key)
    if (kept === undefined) return Status.NotFound
    if (terms.setsDeadline) kept.deadline = terms.deadline
    if (terms.invalidates) kept.marks = (kept.marks | Mark.Stale) & ~Mark.Won
    this.#table.renew(kept)
    this.#tell(kept, terms)
    return Status.Ok
  }

  count(key: string, terms: Terms, result: Uint64): Status {
    const old = this.#table.find(key)
    if (old === undefined) return this.#countNew(key, terms, result)
    if (terms.compares && !old.hasCas(terms.cas)) return Status.Exists
    if (!parseNumberText(old.bytes, 0, old.length, result)) return Status.NotANumber
    if (terms.subtracts) result.subtract(terms.delta)
    else result.add(terms.delta)
    const { deadline } = old
    const status = this.#writer.rewrite(old, result)
    if (status !== Status.Ok) return status
    terms.created = false
    terms.deadlineBefore = deadline
    terms.deadlineAfter = terms.setsDeadline ? terms.deadline : deadline
    const item = this.#table.peek(key)
    if (item !== undefined) item.deadline = terms.deadlineAfter
    this.#tell(item, terms)
    return Status.Ok
  }

  #countNew(key: string, terms: Terms, result: Uint64): Status {
    if (!terms.vivifies) return Status.NotFound
    result.copy(terms.initial)
    this.#made.valueEnd = result.write(this.#made.value, 0)
    const status = this.#make(key, terms)
    if (status !== Status.Ok) return status
    // A number is whole as it is: nobody is to replace it.
    const item = this.#table.peek(key)
    if (item !== undefined) item.marks &= ~Mark.Won
    return Status.Ok
  }

  #storeNew(mode: StoreMode, key: string, entry: Entry, terms: Terms): Status {
    const joins = mode === StoreMode.Append || mode === StoreMode.Prepend
    if (mode === StoreMode.Replace || (joins && !terms.vivifies)) {
      const status = terms.compares && !joins ? Status.NotFound : Status.NotStored
      return this.#writer.giveUp(entry, status)
    }
    if (mode === StoreMode.Set && terms.compares) return this.#writer.giveUp(entry, Status.NotFound)
    if (joins) entry.deadline = terms.vivifyDeadline
    return this.#writer.store(key, entry, undefined)
  }

  #storeOver(mode: StoreMode, key: string, entry: Entry, terms: Terms, old: StoredItem): Status {
    if (mode === StoreMode.Add) return this.#writer.giveUp(entry, Status.NotStored)
    const same = !terms.compares || old.hasCas(terms.cas)
    if (mode === StoreMode.Append || mode === StoreMode.Prepend) {
      if (!same) return this.#writer.giveUp(entry, Status.Exists)
      return this.#writer.extend(key, entry, old, mode === StoreMode.Prepend)
    }
    if (same) return this.#writer.store(key, entry, old)
    if (!terms.acceptsOlder || !old.isNewerThan(terms.cas)) {
      return this.#writer.giveUp(entry, Status.Exists)
    }
    const marks = Mark.Stale | (old.marks & Mark.Won)
    entry.deadline = old.deadline
    const status = this.#writer.store(key, entry, old)
    if (status === Status.Ok) this.#mark(key, marks)
    return status
  }

  /** Make an item of what is in `#made`. */
  #make(key: string, terms: Terms): Status {
    const made = this.#made
    made.deadline = terms.vivifyDeadline
    const status = this.#writer.store(key, made, undefined)
    if (status !== Status.Ok) return status
    terms.judgeCreated()
    this.#mark(key, Mark.Won)
    this.#stored(key, terms)
    return Status.Ok
  }

  #mark(key: string, marks: number): void {
    const item = this.#table.peek(key)
    if (item !== undefined) item.marks |= marks
  }

  #remove(key: string): void {
    const item = this.#table.find(key)
    if (item !== undefined) this.#table.remove(item)
  }

  /** What is under `key` has just been stored: give it what `terms` say, and tell them. */
  #stored(key: string, terms: Terms): void {
    const item = this.#table.peek(key)
    if (item !== undefined && terms.binaryKey) item.marks |= Mark.BinaryKey
    this.#tell(item, terms)
  }

  #tell(item: StoredItem | undefined, terms: Terms): void {
    if (item === undefined) return
    if (terms.setsCas) item.setCas(terms.newCas)
    terms.token.set(item.casHigh, item.casLow)
    terms.length = item.length
  }
}
