/** A line server for worker threads: its storage is a block that counts, by row, how often it was to expire or settle. */
import type { EntryStore } from '@pelikan/core'
import { type ProcessParts, defineParts } from '@pelikan/server'
import { chooseTransport } from '@pelikan/transport-auto'
import { LineParser, type LineRequest, LineResponse, LineStore } from './line-protocol.ts'

const ROWS = 8

export class Expiries implements EntryStore {
  readonly memory: SharedArrayBuffer
  readonly #counts: Int32Array
  readonly #row: number

  constructor(memory: SharedArrayBuffer, row: number) {
    this.memory = memory
    this.#counts = new Int32Array(memory)
    this.#row = row
  }

  get counts(): readonly number[] {
    return [...this.#counts.subarray(0, ROWS)]
  }

  get settled(): readonly number[] {
    return [...this.#counts.subarray(ROWS)]
  }

  expire(): void {
    Atomics.add(this.#counts, this.#row, 1)
  }

  settle(): void {
    Atomics.add(this.#counts, ROWS + this.#row, 1)
  }

  clear(): void {}
}

export interface LineConfig {
  /** Memory of the {@link Expiries}. */
  readonly expiries: SharedArrayBuffer
  /** Whether making the parts fails on a thread. */
  readonly broken: boolean
  readonly transport: 'net' | 'uring'
}

export const lineConfig = (): LineConfig => ({
  expiries: new SharedArrayBuffer(2 * ROWS * Int32Array.BYTES_PER_ELEMENT),
  broken: false,
  transport: 'net',
})

export function compose(
  config: LineConfig,
): ProcessParts<Expiries, LineParser, LineRequest, LineResponse> {
  const transport = chooseTransport(config.transport)
  return defineParts({
    name: 'lines',
    storage: {
      create: ({ metrics }) => new Expiries(config.expiries, metrics.row),
      share: (storage) => storage.memory,
      attach: (memory, { metrics }) => {
        if (config.broken) throw new Error('no such storage')
        return new Expiries(memory as SharedArrayBuffer, metrics.row)
      },
    },
    parser: () => new LineParser(),
    response: () => new LineResponse(),
    execute: (_storage, { clock }) => new LineStore(clock),
    transport: transport.make,
    metrics: [transport.metrics],
    observers: [
      {
        name: 'seen',
        share: (workers) => new SharedArrayBuffer((workers + 1) * Int32Array.BYTES_PER_ELEMENT),
        attach: (memory, { metrics }) => {
          const seen = new Int32Array(memory as SharedArrayBuffer)
          return { sample: 1, observe: () => void Atomics.add(seen, metrics.row, 1) }
        },
      },
    ],
    refusal: Buffer.from('full\n'),
    origin: { module: import.meta.url, config },
  })
}
