/**
 * Parses and answers a number of pipelined gets, as a session does, with an execution that finds
 * everything in one fixed item: what is left to allocate is what parsing and composing allocate.
 * Prints the milliseconds, on the clock of `--trace-gc`, between which the gets were served.
 *
 * @module
 */
import { BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import { type Execute, Item } from '@pelikan/core'
import { MemcacheParser, type MemcacheRequest, MemcacheResponse } from '@pelikan/protocol-memcache'
import { setTimeout as sleep } from 'node:timers/promises'
import { benchCommand, runCommand, whole } from '../report/command-line.ts'

const PIPELINED = 16
const WARM_UP = 1_000_000
/** Longer than the clocks of Node.js and V8 lie apart. */
const MARGIN_MS = 200

class FixedItem implements Execute<MemcacheRequest, MemcacheResponse> {
  readonly #item = new Item()

  constructor() {
    this.#item.bytes = Buffer.alloc(64, 'v')
    this.#item.end = this.#item.bytes.length
  }

  execute(request: MemcacheRequest, response: MemcacheResponse): void {
    response.value(this.#item)
    if (request.last) response.end()
  }
}

const parser = new MemcacheParser()
const response = new MemcacheResponse()
const store = new FixedItem()
const input = new ByteBuffer({ initial: 4096, limit: 65_536 })
const output = new Output(new BlockPool(new MemoryBudget(Infinity), 16_384, 64))
const batch = Buffer.from(
  Array.from({ length: PIPELINED }, (_, i) => `get bench:${12_345 + i}\r\n`).join(''),
  'latin1',
)
const ANSWERED = PIPELINED * `VALUE bench:12345 0 64\r\n${'v'.repeat(64)}\r\nEND\r\n`.length

function serve(gets: number): void {
  for (let served = 0; served < gets; served += PIPELINED) {
    input.wrap(batch, 0, batch.length)
    for (;;) {
      const request = parser.parse(input)
      if (request === undefined) break
      response.begin(request, output)
      store.execute(request, response)
    }
    input.release()
    if (output.length !== ANSWERED) throw new Error(`${output.length} bytes were answered`)
    output.clear()
  }
}

const command = benchCommand('bench/micro/garbage-loop.ts', 'What garbage.ts runs.').argument(
  '<gets>',
  'how many are served',
  whole(1),
)

await runCommand(command, async ({ print }) => {
  const [gets] = command.processedArgs as [number]
  serve(WARM_UP)
  await sleep(MARGIN_MS)
  const begin = performance.now()
  await sleep(MARGIN_MS)
  serve(gets)
  await sleep(MARGIN_MS)
  print(JSON.stringify({ begin, end: performance.now() }))
  await sleep(MARGIN_MS)
})
