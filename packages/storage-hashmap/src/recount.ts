/**
 * What must be true of a hash-map storage between two operations, worked out from its items alone.
 *
 * @module
 */
import { HashMapError } from './errors.ts'
import { memoryOf } from './item-memory.ts'
import { itemSize } from './item-size.ts'
import type { Reservations } from './reservations.ts'
import type { SpareItems } from './spare-items.ts'
import type { StoredItem } from './stored-item.ts'

/** The inside of an {@link ItemTable}. */
export interface TableState {
  readonly items: ReadonlyMap<string, StoredItem>
  readonly order: Iterable<StoredItem>
  readonly spares: SpareItems
  readonly mapBytes: number
  readonly usedBytes: number
  readonly limit: number
  readonly itemsMax: number
  readonly epoch: number
}

/** @throws HashMapError `PELIKAN_HASHMAP_INCONSISTENT` with what differs */
export function recount(table: TableState, arriving: Reservations, itemSizeMax: number): void {
  const { items, order, spares } = table
  const seen = new Set<StoredItem>()
  let flushedBefore = false

  for (const item of order) {
    const name = JSON.stringify(item.key)
    expect(!seen.has(item), `${name} is in the order twice`)
    expect(items.get(item.key) === item, `${name} is in the order and not in the map`)
    expect(item.older.newer === item, `${name} is not linked both ways`)
    expect(item.length <= item.bytes.length, `${name} is longer than its buffer`)
    const size = itemSize(item.key.length, item.length, item.flags)
    expect(size <= itemSizeMax, `${name} has ${size} bytes of ${itemSizeMax}`)
    const flushed = item.epoch !== table.epoch
    expect(flushed || !flushedBefore, `${name} is behind a flushed item`)
    flushedBefore = flushed
    seen.add(item)
  }
  expectEqual('items in the order', seen.size, items.size)
  expect(items.size <= table.itemsMax, `there are ${items.size} items of ${table.itemsMax}`)

  for (const item of [...arriving, ...spares]) {
    expect(!seen.has(item), `${JSON.stringify(item.key)} has two places`)
    seen.add(item)
  }
  const mapBytes = sum(items.values())
  const arrivingBytes = sum(arriving)
  expectEqual('memory of the items', mapBytes, table.mapBytes)
  expectEqual('memory of values under way', arrivingBytes, arriving.bytes)
  expectEqual('memory of both', mapBytes + arrivingBytes, table.usedBytes)
  expectEqual('memory of spares', sum(spares), spares.bytes)
  expect(table.usedBytes <= table.limit, `items hold ${table.usedBytes} bytes of ${table.limit}`)
  expect(spares.bytes <= spares.limit, `spares hold ${spares.bytes} bytes of ${spares.limit}`)
}

function sum(items: Iterable<StoredItem>): number {
  let bytes = 0
  for (const item of items) bytes += memoryOf(item)
  return bytes
}

function expectEqual(what: string, counted: number, recorded: number): void {
  expect(counted === recorded, `${what}: ${counted} counted, ${recorded} recorded`)
}

function expect(holds: boolean, difference: string): void {
  if (!holds) throw new HashMapError('PELIKAN_HASHMAP_INCONSISTENT', difference)
}
