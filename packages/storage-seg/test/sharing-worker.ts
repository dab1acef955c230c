/** One of the threads of `sharing.test.ts`: does what its task says and posts what it found. */
import { parentPort as parent, workerData } from 'node:worker_threads'
import { Uint64 } from '@pelikan/buffer'
import { Entry, Status, type Clock } from '@pelikan/core'
import { SegStorage, type SegHandle } from '@pelikan/storage-seg'

export interface Task {
  readonly kind: 'stress' | 'count' | 'read'
  readonly handle: SegHandle
  /** Word 0: the tick; word 1: not 0 to stop; word 2 + id: what a thread has done. */
  readonly shared: SharedArrayBuffer
  readonly id: number
  readonly rounds: number
}

export interface Report {
  readonly operations: number
  readonly hits: number
  /** Loans that were taken back. */
  readonly repeats: number
  readonly refused: number
  readonly error: string | undefined
}

const KEYS = 300
const task = workerData as Task
const words = new Int32Array(task.shared)
const clock: Clock = {
  get now() {
    return Atomics.load(words, 0)
  },
  unixSeconds: 0,
  refresh() {},
}
const seg = SegStorage.attach(task.handle, { clock, seed: task.id })
const entry = new Entry()
const key = Buffer.alloc(8)
const value = Buffer.alloc(4096)
const copy = Buffer.alloc(8192)
const one = new Uint64()
const sum = new Uint64()
one.set(0, 1)
entry.key = key
entry.keyEnd = key.length
entry.value = value

let state = (task.id + 1) * 7919
const random = (bound: number) => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 1) % bound
}
const report = { operations: 0, hits: 0, repeats: 0, refused: 0 }

function nameKey(prefix: string, number: number): void {
  key.write(prefix + String(number).padStart(7, '0'), 'latin1')
}

/** A record of 24 bytes or more: its key, its length, a mark, and the mark repeated. */
function writeRecord(at: number, length: number): void {
  const mark = random(250) + 1
  key.copy(value, at)
  value.writeUInt32LE(length, at + 8)
  value.writeUInt32LE(mark, at + 12)
  value.fill(mark, at + 16, at + length)
}

/** Every value is a sequence of whole records of its key. */
function checkRecords(bytes: Buffer, length: number): void {
  let at = 0
  while (at < length) {
    const size = bytes.readUInt32LE(at + 8)
    const mark = bytes.readUInt32LE(at + 12)
    if (bytes.compare(key, 0, 8, at, at + 8) !== 0) throw new Error('the record of another key')
    if (size < 24 || at + size > length) throw new Error(`a record of ${size} bytes at ${at}`)
    for (let i = at + 16; i < at + size; i++)
      if (bytes[i] !== mark) throw new Error('a torn record')
    at += size
  }
}

function get(touch: boolean): number {
  for (;;) {
    const item = touch
      ? seg.getAndTouch(key, 0, 8, clock.now + 1 + random(600))
      : seg.get(key, 0, 8)
    if (item === undefined) return -1
    const length = item.end - item.start
    item.bytes.copy(copy, 0, item.start, item.end)
    if (seg.release(item)) return length
    report.repeats++
  }
}

function stress(): void {
  const number = random(KEYS)
  nameKey('k', number)
  entry.deadline = random(3) === 0 ? 0 : clock.now + 1 + random(20_000)
  entry.flags = random(4) === 0 ? 9 : 0
  entry.valueEnd = 24 + random(random(10) === 0 ? 900 : 60)
  const choice = random(100)
  if (choice < 45) {
    const length = get(choice < 4)
    if (length < 0) return
    report.hits++
    checkRecords(copy, length)
  } else if (choice < 75) {
    writeRecord(0, entry.valueEnd)
    if (seg.set(entry) !== Status.Ok) report.refused++
  } else if (choice < 80) {
    writeRecord(0, entry.valueEnd)
    seg.append(entry)
  } else if (choice < 84) {
    writeRecord(0, entry.valueEnd)
    seg.prepend(entry)
  } else if (choice < 88) {
    writeRecord(0, entry.valueEnd)
    if (seg.reserve(entry, entry.valueEnd) !== Status.Ok) return
    seg.write(entry.reservation, value, 0, 10)
    seg.write(entry.reservation, value, 10, entry.valueEnd)
    seg.set(entry)
    entry.reservation = -1
  } else if (choice < 94) {
    nameKey('n', number % 5)
    if (seg.increment(key, 0, 8, one, sum) === Status.NotFound) {
      value.write('98')
      entry.valueEnd = 2
      seg.add(entry)
    }
  } else if (choice < 96) {
    seg.delete(key, 0, 8)
  } else if (choice < 98) {
    seg.touch(key, 0, 8, entry.deadline)
  } else if (choice < 99) {
    seg.expire(clock.now)
  } else if (random(200) === 0) {
    seg.flush(clock.now + random(3))
  }
}

/** Three ways to count in one value, none of which may lose anything. */
function count(round: number): void {
  nameKey('n', 0)
  seg.increment(key, 0, 8, one, sum)
  nameKey('a', round % 4)
  entry.valueEnd = 1
  value[0] = 48 + task.id
  seg.append(entry)
  nameKey('c', 0)
  for (;;) {
    const item = seg.get(key, 0, 8)
    if (item === undefined) throw new Error('the counter is gone')
    const length = item.end - item.start
    item.bytes.copy(copy, 0, item.start, item.end)
    entry.cas.copy(item.cas)
    if (!seg.release(item)) continue
    const next = String(Number(copy.toString('latin1', 0, length)) + 1)
    entry.valueEnd = value.write(next, 'latin1')
    if (seg.cas(entry) === Status.Ok) return
    report.repeats++
  }
}

/** One thread writes one key over and over, in place and not; the other reads it. */
function read(round: number): void {
  nameKey('k', 0)
  entry.deadline = 0
  entry.flags = 0
  if (task.id === 0) {
    entry.valueEnd = 1000 + (round % 3)
    writeRecord(0, entry.valueEnd)
    if (seg.set(entry) !== Status.Ok) report.refused++
    return
  }
  const length = get(false)
  if (length < 0) return
  report.hits++
  checkRecords(copy, length)
}

let error: string | undefined
try {
  const run = { stress, count, read }[task.kind]
  for (let round = 0; round < task.rounds && Atomics.load(words, 1) === 0; round++) {
    run(round)
    report.operations++
    if (task.kind !== 'read' || task.id === 0 || report.hits > 0) Atomics.add(words, 2 + task.id, 1)
  }
} catch (thrown) {
  error = (thrown as Error).stack
}
const found: Report = { ...report, error }
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parent?.postMessage(found)
