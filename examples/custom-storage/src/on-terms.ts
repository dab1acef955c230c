/**
 * Step 5: operations on terms. A protocol may ask more of one key in one step than a plain read or
 * write: go on only if the item has this token, make it if it is not there, tell one client of many to
 * fill it again. What is asked, and what came of it, is in a `Terms`.
 *
 * An item's marks say who is to do what with it; see `Terms`. Every write makes a new item, and a new
 * item has no marks, so there is nothing to take away.
 *
 * @module
 */
import type { Uint64 } from '@pelikan/buffer'
import { type Item, Mark, Status, StoreMode, type Terms, parseNumberText } from '@pelikan/core'
import { decimal, emptyItem, joined } from './values.ts'

/** What the operations need of the storage. */
export interface Kept {
  readonly find: (key: string) => Item | undefined
  /** Keep an item in the place of what is there, with a token. */
  readonly put: (key: string, item: Item) => Status
  readonly drop: (key: string) => void
}

const NO_FLAGS = { flags: 0 }

export class OnTerms {
  readonly #kept: Kept

  constructor(kept: Kept) {
    this.#kept = kept
  }

  /** The item to be lent, made where there is none; `terms` are judged. */
  find(key: string, terms: Terms): Item | undefined {
    const found = this.#kept.find(key)
    if (found !== undefined) {
      terms.judge(found.marks, found.deadline)
      found.deadline = terms.deadlineAfter
      return found
    }
    if (!terms.vivifies) return undefined
    terms.judgeCreated()
    const made = emptyItem(0, { ...NO_FLAGS, deadline: terms.vivifyDeadline })
    return this.#put(key, made, terms) === Status.Ok ? made : undefined
  }

  /** Store `item`, which belongs to the storage from now on. */
  store(mode: StoreMode, key: string, item: Item, terms: Terms): Status {
    const old = this.#kept.find(key)
    const joins = mode === StoreMode.Append || mode === StoreMode.Prepend
    if (old === undefined) {
      if (joins && terms.vivifies) item.deadline = terms.vivifyDeadline
      else if (joins || (mode === StoreMode.Replace && !terms.compares)) return Status.NotStored
      else if (mode !== StoreMode.Add && terms.compares) return Status.NotFound
      return this.#put(key, item, terms)
    }
    if (mode === StoreMode.Add) return Status.NotStored
    const same = !terms.compares || old.cas.equals(terms.cas)
    if (same && mode === StoreMode.Append) return this.#put(key, joined(old, item, old), terms)
    if (same && mode === StoreMode.Prepend) return this.#put(key, joined(item, old, old), terms)
    if (same) return this.#put(key, item, terms)
    if (joins || !terms.acceptsOlder || !terms.cas.isBelow(old.cas)) return Status.Exists
    item.deadline = old.deadline
    item.marks = Mark.Stale | (old.marks & Mark.Won)
    return this.#put(key, item, terms)
  }

  discard(key: string, terms: Terms): Status {
    const old = this.#kept.find(key)
    if (old === undefined) return Status.NotFound
    if (terms.compares && !old.cas.equals(terms.cas)) return Status.Exists
    if (!terms.invalidates && !terms.empties) {
      this.#kept.drop(key)
      return Status.Ok
    }
    const deadline = terms.setsDeadline ? terms.deadline : terms.empties ? 0 : old.deadline
    const item = terms.empties
      ? emptyItem(0, { ...NO_FLAGS, deadline })
      : joined(old, emptyItem(0, old), { flags: old.flags, deadline })
    if (!terms.empties) item.marks = old.marks
    if (terms.invalidates) item.marks = (item.marks | Mark.Stale) & ~Mark.Won
    return this.#put(key, item, terms)
  }

  count(key: string, terms: Terms, result: Uint64): Status {
    const old = this.#kept.find(key)
    if (old === undefined) {
      if (!terms.vivifies) return Status.NotFound
      terms.judgeCreated()
      result.copy(terms.initial)
      const made = emptyItem(0, { ...NO_FLAGS, deadline: terms.vivifyDeadline })
      return this.#put(key, decimal(result, made), terms)
    }
    if (terms.compares && !old.cas.equals(terms.cas)) return Status.Exists
    if (!parseNumberText(old.bytes, 0, old.end, result)) return Status.NotANumber
    if (terms.subtracts) result.subtract(terms.delta)
    else result.add(terms.delta)
    terms.created = false
    terms.deadlineBefore = old.deadline
    terms.deadlineAfter = terms.setsDeadline ? terms.deadline : old.deadline
    const item = decimal(result, old)
    item.deadline = terms.deadlineAfter
    return this.#put(key, item, terms)
  }

  #put(key: string, item: Item, terms: Terms): Status {
    if (terms.binaryKey) item.marks |= Mark.BinaryKey
    const status = this.#kept.put(key, item)
    if (status !== Status.Ok) return status
    if (terms.setsCas) item.cas.copy(terms.newCas)
    terms.token.copy(item.cas)
    terms.length = item.end
    return Status.Ok
  }
}
