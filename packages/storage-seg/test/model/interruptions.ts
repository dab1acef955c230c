/**
 * Lets one thread come between two steps of another, in one thread and so the same way every time: before a lock is
 * taken and after it is let go, where nothing keeps others out but, perhaps, the eviction lock.
 *
 * ```text
 *   interrupted   open chain, close | place: segment lock, released | open chain, link: segment lock, close |
 *   other                           ^ a whole operation             ^ or here                               ^
 * ```
 *
 * Who then needs the eviction lock, while the interrupted one has it, would wait for ever: it gives up, with
 * {@link Held}, before it has done anything.
 *
 * @module
 */
import type { SegStorage } from '@pelikan/storage-seg'
import { vi } from 'vitest'

/** Somebody has the eviction lock. */
export class Held extends Error {}

interface Locking {
  acquire: () => void
  tryAcquire: () => boolean
  release: () => void
}

interface BucketLocking {
  lock: (at: number) => void
  tryLock: (at: number, version: number) => boolean
  unlock: () => void
  release: (at: number) => void
}

const locks = await inside<Locking>('lock.ts', 'Lock')
const bucketLocks = await inside<BucketLocking>('hash-table/bucket-lock.ts', 'BucketLock')

export class Interruptions {
  /** Every so many chances are taken; 0 for none. */
  every = 0
  readonly #other: () => void
  readonly #evictionLocks: Set<object>
  #chances = 0
  /** Locks that are held, but for the eviction lock. */
  #held = 0
  #isOther = false
  /** Whether somebody has the eviction lock. */
  isEvicting = false

  /** @param other does something else for once */
  constructor(segs: readonly SegStorage[], other: () => void) {
    this.#other = other
    this.#evictionLocks = new Set(segs.map((seg) => firstLockOf(seg)))
  }

  /** Begin to look at locks; whoever began restores all mocks. */
  begin(): void {
    const { acquire, release, tryAcquire } = locks
    vi.spyOn(locks, 'tryAcquire').mockImplementation(function (this: Locking) {
      const has = tryAcquire.call(this)
      if (has) evict(true)
      return has
    })
    const { lock, tryLock, unlock, release: releaseOne } = bucketLocks
    const isEviction = (one: object) => this.#evictionLocks.has(one)
    const chance = () => this.#chance()
    const evict = (is: boolean) => (this.isEvicting = is)
    const hold = (by: number) => (this.#held += by)
    vi.spyOn(locks, 'acquire').mockImplementation(function (this: Locking) {
      chance()
      if (!isEviction(this)) {
        acquire.call(this)
        hold(1)
      } else if (tryAcquire.call(this)) {
        evict(true)
      } else {
        throw new Held()
      }
    })
    vi.spyOn(locks, 'release').mockImplementation(function (this: Locking) {
      release.call(this)
      if (isEviction(this)) evict(false)
      else hold(-1)
      chance()
    })
    vi.spyOn(bucketLocks, 'lock').mockImplementation(function (this: BucketLocking, at) {
      chance()
      lock.call(this, at)
      hold(1)
    })
    vi.spyOn(bucketLocks, 'tryLock').mockImplementation(function (
      this: BucketLocking,
      at,
      version,
    ) {
      const has = tryLock.call(this, at, version)
      if (has) hold(1)
      return has
    })
    vi.spyOn(bucketLocks, 'unlock').mockImplementation(function (this: BucketLocking) {
      unlock.call(this)
      hold(-1)
      chance()
    })
    vi.spyOn(bucketLocks, 'release').mockImplementation(function (this: BucketLocking, at) {
      releaseOne.call(this, at)
      hold(-1)
    })
  }

  /** Do something that is not interrupted. */
  without<Result>(work: () => Result): Result {
    const { every } = this
    this.every = 0
    const result = work()
    this.every = every
    return result
  }

  #chance(): void {
    if (this.every === 0 || this.#isOther || this.#held > 0) return
    this.#chances++
    if (this.#chances % this.every !== 0) return
    this.#isOther = true
    this.#other()
    this.#isOther = false
  }
}

/** The prototype of a class of the inside. */
async function inside<Prototype>(file: string, name: string): Promise<Prototype> {
  const module = (await import(new URL(`../../src/${file}`, import.meta.url).href)) as object
  return (Reflect.get(module, name) as { prototype: Prototype }).prototype
}

/** A recount takes the eviction lock first. */
function firstLockOf(seg: SegStorage): object {
  const taken: object[] = []
  const { acquire } = locks
  const look = vi.spyOn(locks, 'acquire').mockImplementation(function (this: Locking) {
    taken.push(this)
    acquire.call(this)
  })
  seg.check()
  look.mockRestore()
  return taken[0]
}
