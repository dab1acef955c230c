/**
 * Step 5: put the parts together. Loading this module does nothing: parts are factories, called once
 * the server starts, on the thread that uses them. One that does not fit the others (another
 * protocol's response, a storage that lacks what the commands need) is a compile error at its line.
 *
 * @module
 */
import { defineParts } from '@pelikan/server'
import { HashMapStorage, hashMapMetrics } from '@pelikan/storage-hashmap'
import { NetTransport, netMetrics } from '@pelikan/transport-net'
import { RespStore } from './execute.ts'
import { RespParser } from './parser.ts'
import { RespResponse } from './response.ts'

const MIB = 1024 * 1024

export const parts = defineParts({
  name: 'custom-protocol',
  /** One for the process. */
  storage: ({ clock, metrics }) =>
    new HashMapStorage({
      memoryLimit: 64 * MIB,
      itemSizeMax: MIB,
      eviction: 'lru',
      clock,
      metrics,
    }),
  /** One for each connection: half a request belongs to nobody else. */
  parser: () => new RespParser(),
  /** One for the worker. */
  response: () => new RespResponse(),
  execute: (storage, { clock }) => new RespStore(storage, clock),
  transport: (context) => new NetTransport(context),
  /** Every group that a part counts with; one that is missing stops the start. */
  metrics: [hashMapMetrics, netMetrics],
  /** What a client over the limit of connections is told. */
  refusal: Buffer.from('-ERR max number of clients reached\r\n'),
})
