import {
  Item,
  NEVER,
  NO_RESERVATION,
  Status,
  type Entry,
  type KeyValueStorage,
  type Tick,
} from '@pelikan/core'
import {
  STORAGE_SIZES,
  StorageTestContext,
  storageTests,
  testKeyValueStorage,
  type StorageSettings,
} from '@pelikan/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PlainStorage } from './plain-storage.ts'

const SKIPPED = 'size: a value of half the largest item is stored, one longer than it is TooLarge'
let additionalRuns = 0

testKeyValueStorage((settings) => new PlainStorage(settings))

describe('with options', () => {
  testKeyValueStorage((settings) => new PlainStorage(settings), {
    skip: [{ test: SKIPPED, reason: 'to see it skipped' }],
    additionalTests: [
      {
        name: 'one more',
        run: (context) => {
          if (context.begin().set('a', 'value') === 'Ok') additionalRuns++
        },
      },
    ],
    sizes: { tiny: 256 * 1024 },
  })
  it('runs additional tests', () => expect(additionalRuns).toBe(1))
})

it('refuses to skip a test that does not exist', () => {
  const skip = [{ test: 'nothing', reason: 'a typing error' }]
  expect(() => testKeyValueStorage((settings) => new PlainStorage(settings), { skip })).toThrow(
    'there is no test "nothing"',
  )
})

/** What to put in the place of a storage's operations, given the right ones. */
type Mistake = (right: KeyValueStorage, settings: StorageSettings) => Partial<KeyValueStorage>

const MODEL = 'does what the model does'
const EVICTING_MODEL = 'shows nothing wrong, stale, expired or dropped while it evicts'

/** Mistakes that a storage could make, and tests that must notice each. */
const MISTAKES: readonly [string, readonly string[], Mistake][] = [
  [
    'an item lives a tick too long',
    [MODEL, EVICTING_MODEL, 'deadline: visible exactly while now < deadline'],
    ({ set }) => ({
      set: (entry) => withDeadline(entry, (tick) => (tick === NEVER ? NEVER : tick + 1), set),
    }),
  ],
  [
    'an item lives a tick too short',
    [MODEL, EVICTING_MODEL, 'deadline: visible exactly while now < deadline'],
    ({ touch, getAndTouch, set }) => ({
      touch: (key, start, end, deadline) => touch(key, start, end, deadline - 1),
      getAndTouch: (key, start, end, deadline) => getAndTouch(key, start, end, deadline - 1),
      set: (entry) =>
        withDeadline(entry, (tick) => (tick === NEVER ? NEVER : Math.max(tick - 1, 1)), set),
    }),
  ],
  [
    'touch of an expired item brings it back',
    [MODEL],
    ({ set, get, touch }, { clock }) => {
      const dead = new Map<string, number>()
      return {
        set: (entry) => {
          const deadline = entry.deadline
          dead.set(entry.key.toString('hex', entry.keyStart, entry.keyEnd), deadline)
          entry.deadline = NEVER
          const status = set(entry)
          entry.deadline = deadline
          return status
        },
        get: (key, start, end) => {
          const deadline = dead.get(key.toString('hex', start, end)) ?? NEVER
          return deadline !== NEVER && deadline <= clock.now ? undefined : get(key, start, end)
        },
        touch: (key, start, end, deadline) => {
          dead.set(key.toString('hex', start, end), deadline)
          return touch(key, start, end, deadline)
        },
      }
    },
  ],
  [
    'every item has the same cas token',
    [MODEL, 'cas token: differs after every write, also after delete and set'],
    ({ get }) => ({
      get: (...range) => {
        const item = get(...range)
        item?.cas.set(0, 1)
        return item
      },
    }),
  ],
  [
    'cas does not look at the token',
    [MODEL, 'cas: Exists with a token that it no longer has, NotFound without an item'],
    ({ replace }) => ({
      cas: (entry) => {
        const status = replace(entry)
        return status === Status.NotStored ? Status.NotFound : status
      },
    }),
  ],
  [
    'touch changes the cas token',
    [MODEL, 'cas token: stays the same through reads, touches and refusals'],
    (right) => ({
      touch: (key, start, end, deadline) => {
        const status = right.touch(key, start, end, deadline)
        if (status === Status.Ok) rewrite(right, key, start, end)
        return status
      },
    }),
  ],
  [
    'append takes the flags of the request',
    [MODEL, 'append and prepend: join the value that is there and keep flags and deadline'],
    (right) => ({
      append: (entry) => {
        const { flags } = entry
        const status = right.append(entry)
        if (status === Status.Ok) {
          rewrite(right, entry.key, entry.keyStart, entry.keyEnd, flags)
        }
        return status
      },
    }),
  ],
  [
    'prepend appends',
    [MODEL, 'append and prepend: join the value that is there and keep flags and deadline'],
    ({ append }) => ({ prepend: append }),
  ],
  [
    'append stores where nothing is',
    [MODEL, EVICTING_MODEL],
    ({ append, add }) => ({
      append: (entry) =>
        entry.reservation === NO_RESERVATION && add(entry) === Status.Ok
          ? Status.Ok
          : append(entry),
    }),
  ],
  ['add stores over what is there', [MODEL], ({ set }) => ({ add: set })],
  ['replace stores where nothing is', [MODEL, EVICTING_MODEL], ({ set }) => ({ replace: set })],
  [
    'delete leaves the item',
    [MODEL, EVICTING_MODEL],
    ({ touch }) => ({ delete: (key, start, end) => touch(key, start, end, NEVER) }),
  ],
  [
    'decrement goes on below 0',
    [MODEL, 'decrement: subtracts and stops at 0'],
    (right) => ({
      decrement: (key, start, end, delta, result) => {
        const high = delta.high
        const low = delta.low
        delta.set(low === 0 ? -high : ~high, -low)
        const status = right.increment(key, start, end, delta, result)
        delta.set(high, low)
        return status
      },
    }),
  ],
  [
    'arithmetic makes an item where there is none',
    [MODEL, 'increment and decrement: NotFound without an item, which is not made'],
    ({ increment }) => ({
      increment: (...all) => {
        const status = increment(...all)
        return status === Status.NotFound ? Status.Ok : status
      },
    }),
  ],
  [
    'a set that is too large leaves the old value',
    [MODEL, EVICTING_MODEL, 'size: a set that is TooLarge removes what was there'],
    ({ set }, { itemSizeMax }) => ({
      set: (entry) =>
        entry.valueEnd - entry.valueStart > itemSizeMax ? Status.TooLarge : set(entry),
    }),
  ],
  [
    'a flush kills what is set later in its tick',
    [MODEL, 'flush: at a tick that has come, what is stored is gone and what follows stays'],
    ({ flush }, { clock }) => ({ flush: (at) => flush(at <= clock.now ? clock.now + 1 : at) }),
  ],
  [
    'a flush for later happens at once',
    [MODEL, 'flush: at a later tick, everything stored before it goes when it comes'],
    ({ flush }, { clock }) => ({ flush: () => flush(clock.now) }),
  ],
  [
    'a flush for later spares what is set until then',
    [
      MODEL,
      EVICTING_MODEL,
      'flush: at a later tick, everything stored before it goes when it comes',
    ],
    ({ flush, set, get }, { clock }) => {
      const kept = new Set<string>()
      let waiting = false
      return {
        flush: (at) => {
          waiting = at > clock.now
          kept.clear()
          if (!waiting) flush(at)
        },
        set: (entry) => {
          if (waiting) kept.add(entry.key.toString('hex', entry.keyStart, entry.keyEnd))
          return set(entry)
        },
        get: (key, start, end) => get(key, start, end),
      }
    },
  ],
  [
    'a later flush does not replace one that waits',
    [MODEL, 'flush: a later call replaces one that is waiting'],
    ({ flush }, { clock }) => {
      let waitingFor = 0
      return {
        flush: (at) => {
          if (waitingFor > clock.now) return
          waitingFor = at
          flush(at)
        },
      }
    },
  ],
  [
    'flush drops what is still arriving',
    [MODEL, 'reserve: flush, clear and time do not touch what is still arriving'],
    (right, { clock }) => {
      const emptied = new Set<number>()
      const open = new Set<number>()
      return {
        reserve: (entry, length) => {
          const status = right.reserve(entry, length)
          if (status === Status.Ok) open.add(entry.reservation)
          return status
        },
        flush: (at) => {
          right.flush(at)
          if (at <= clock.now) for (const id of open) emptied.add(id)
        },
        set: (entry) => {
          if (emptied.has(entry.reservation)) {
            right.abort(entry.reservation)
            return Status.NotStored
          }
          return right.set(entry)
        },
      }
    },
  ],
  [
    'a piece is written over the one before',
    [MODEL, EVICTING_MODEL, 'reserve: a value that arrives in pieces is stored by each operation'],
    ({ write }) => {
      const seen = new Set<number>()
      return {
        write: (id, bytes, start, end) => {
          if (seen.has(id) || start === end) return
          seen.add(id)
          write(id, bytes, start, end)
        },
      }
    },
  ],
  [
    'an abort stores nothing but deletes the key',
    [MODEL, 'abort: leaves what is stored'],
    (right) => {
      const keys = new Map<number, Buffer>()
      return {
        reserve: (entry, length) => {
          const status = right.reserve(entry, length)
          const key = Buffer.from(entry.key.subarray(entry.keyStart, entry.keyEnd))
          if (status === Status.Ok) keys.set(entry.reservation, key)
          return status
        },
        abort: (id) => {
          right.abort(id)
          const key = keys.get(id)
          if (key !== undefined) right.delete(key, 0, key.length)
        },
      }
    },
  ],
  [
    'the key is kept and not copied',
    [MODEL, EVICTING_MODEL, 'get: keys of every byte and of 1 to 250 bytes are told apart'],
    ({ set }) => {
      let last: Entry | undefined
      return {
        set: (entry) => {
          if (last !== undefined && last.key !== entry.key && last.key.length > 0) set(last)
          last = entry
          return Status.Ok
        },
      }
    },
  ],
  [
    'expire takes what is still alive',
    [MODEL, 'expire: changes nothing that is visible'],
    ({ expire, clear }) => ({
      expire: (now) => {
        expire(now)
        clear()
      },
    }),
  ],
  [
    'memory is not limited',
    ['memory: without eviction a full storage refuses and keeps what it has'],
    (_right, settings) => methodsOf(new PlainStorage({ ...settings, memoryLimit: 2 ** 40 })),
  ],
  [
    'reserved bytes are not bounded',
    ['memory: reserved bytes count and are bounded, with and without eviction'],
    () => {
      let last = 0
      return {
        reserve: (entry) => {
          entry.reservation = last++
          return Status.Ok
        },
      }
    },
  ],
  [
    'a value that was overwritten comes back when the key is evicted',
    [EVICTING_MODEL],
    ({ get, set }) => {
      const first = new Map<string, Buffer>()
      const item = new Item()
      return {
        set: (entry) => {
          const key = entry.key.toString('hex', entry.keyStart, entry.keyEnd)
          const value = Buffer.from(entry.value.subarray(entry.valueStart, entry.valueEnd))
          if (!first.has(key)) first.set(key, value)
          return set(entry)
        },
        get: (key, start, end) => {
          const found = get(key, start, end)
          const value = first.get(key.toString('hex', start, end))
          if (found !== undefined || value === undefined) return found
          item.bytes = value
          item.end = value.length
          return item
        },
      }
    },
  ],
  [
    'eviction empties the storage',
    ['memory: eviction never takes the item that grows'],
    ({ set, append, clear }) => {
      let writes = 0
      return {
        set: (entry) => {
          if (++writes % 100 === 0) clear()
          return set(entry)
        },
        append: (entry) => {
          if (++writes % 3 === 0) clear()
          return append(entry)
        },
      }
    },
  ],
]

describe('notices', () => {
  // Whether a history fails is asked, not which is the shortest that does.
  beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
  afterAll(() => fc.resetConfigureGlobal())

  it.each(MISTAKES)('%s', (_title, tests, mistake) => {
    const context = new StorageTestContext((settings) => {
      const storage = new PlainStorage(settings)
      return Object.assign(storage, mistake(methodsOf(storage), settings))
    }, STORAGE_SIZES)
    for (const name of tests) {
      const test = storageTests.find((candidate) => candidate.name === name)
      expect(test, name).toBeDefined()
      expect(() => test?.run(context), name).toThrow()
    }
  })
})

/** The operations of a storage as they are now, free of `this`. */
function methodsOf(storage: PlainStorage): KeyValueStorage {
  const names = Object.getOwnPropertyNames(PlainStorage.prototype) as (keyof PlainStorage)[]
  return Object.fromEntries(
    names.map((name) => [name, (storage[name] as () => unknown).bind(storage)]),
  ) as unknown as KeyValueStorage
}

/** Run `operation` with another deadline in `entry`. */
function withDeadline(
  entry: Entry,
  change: (deadline: Tick) => Tick,
  operation: (entry: Entry) => Status,
): Status {
  const before = entry.deadline
  entry.deadline = change(before)
  const status = operation(entry)
  entry.deadline = before
  return status
}

/** Store the value of an item again. */
function rewrite(
  storage: KeyValueStorage,
  key: Buffer,
  start: number,
  end: number,
  flags?: number,
): void {
  const item = storage.get(key, start, end)
  if (item === undefined) return
  const entry = {
    key,
    keyStart: start,
    keyEnd: end,
    value: Buffer.from(item.bytes.subarray(item.start, item.end)),
    valueStart: 0,
    valueEnd: item.end - item.start,
    reservation: NO_RESERVATION,
    flags: flags ?? item.flags,
    deadline: item.deadline,
    cas: item.cas,
  }
  storage.release(item)
  storage.set(entry)
}
