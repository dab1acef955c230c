import { type MemcacheResponse, Reply } from '@pelikan/protocol-memcache'
import { PrefixMemory } from './prefix-memory.ts'

const WORDS: ReadonlySet<string> = new Set(['on', 'off', 'dump'])
const USAGE = 'CLIENT_ERROR usage: stats detail on|off|dump'
const NOT_ALLOWED = 'CLIENT_ERROR stats detail not allowed'

/** `stats detail on|off|dump`: requests by the prefix of their keys. */
export class DetailStats {
  readonly #memory: PrefixMemory | undefined

  /** @param memory what `prefixPart` shares; `undefined` where clients may not see keys */
  constructor(memory: unknown) {
    this.#memory = memory === undefined ? undefined : new PrefixMemory(memory as SharedArrayBuffer)
  }

  answer(word: string, response: MemcacheResponse): void {
    const memory = this.#memory
    if (!WORDS.has(word)) {
      response.statsRefusal(USAGE)
    } else if (memory === undefined) {
      response.statsRefusal(NOT_ALLOWED)
    } else if (word === 'dump') {
      response.statLines('detailed', `${describe(memory)}END\r\n`)
    } else {
      memory.isOn = word === 'on'
      response.statsReply(Reply.Ok)
    }
  }

  /** `stats reset`. */
  reset(): void {
    this.#memory?.reset()
  }
}

function describe(memory: PrefixMemory): string {
  let lines = ''
  for (const [prefix, { del, get, hit, set }] of memory.totals()) {
    lines += `PREFIX ${prefix} get ${get} hit ${hit} set ${set} del ${del}\r\n`
  }
  return lines
}
