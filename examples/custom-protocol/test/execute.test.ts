/** The commands without a network: a parser, an execution, and an output to look into. */
import { BlockPool, ByteBuffer, MemoryBudget, Output } from '@pelikan/buffer'
import { RespParser, RespResponse, RespStore } from '@pelikan/example-custom-protocol'
import { HashMapStorage } from '@pelikan/storage-hashmap'
import { FakeClock } from '@pelikan/testkit'
import { beforeEach, describe, expect, it } from 'vitest'

const KIB = 1024

describe('RespStore', () => {
  let clock: FakeClock
  let ask: (...lines: string[]) => string

  beforeEach(() => {
    clock = new FakeClock()
    const storage = new HashMapStorage({
      memoryLimit: 64 * KIB,
      itemSizeMax: 16 * KIB,
      eviction: 'none',
      clock,
    })
    const input = new ByteBuffer({ initial: 64, limit: 1024 * KIB })
    const output = new Output(new BlockPool(new MemoryBudget(1024 * KIB), 64 * KIB, 1))
    const parser = new RespParser()
    const response = new RespResponse()
    const store = new RespStore(storage, clock)
    ask = (...lines) => {
      const bytes = Buffer.from(lines.join('\r\n'), 'latin1')
      input.append(bytes, 0, bytes.length)
      output.clear()
      for (let request = parser.parse(input); request; request = parser.parse(input)) {
        response.begin(request, output)
        store.execute(request, response)
        if (response.hangup) return `${output.bytes.toString('latin1', 0, output.at)}(closed)`
      }
      return output.bytes.toString('latin1', 0, output.at)
    }
  })

  it('answers and closes', () => {
    expect(ask('PING', '')).toBe('+PONG\r\n')
    expect(ask('QUIT', '')).toBe('+OK\r\n(closed)')
  })

  it('sets, gets and deletes', () => {
    expect(ask('GET a', 'SET a 1', 'GET a', 'SET a two', 'GET a', '')).toBe(
      '$-1\r\n+OK\r\n$1\r\n1\r\n+OK\r\n$3\r\ntwo\r\n',
    )
    expect(ask('SET b 2', 'DEL a b a c', 'GET a', '')).toBe('+OK\r\n:2\r\n$-1\r\n')
  })

  it('forgets in time', () => {
    ask('SET a 1 EX 10', 'SET b 2 ex 20', 'SET c 3 EX 10', 'SET c 3', '')
    clock.advance(9)
    expect(ask('GET a', '')).toBe('$1\r\n1\r\n')
    clock.advance(1)
    expect(ask('GET a', 'GET b', 'GET c', '')).toBe('$-1\r\n$1\r\n2\r\n$1\r\n3\r\n')
    expect(ask('SET a 1 EX 9007199254740991', '')).toBe('+OK\r\n')
    clock.advance(3600)
    expect(ask('GET a', '')).toBe('$1\r\n1\r\n')
  })

  it('says what is wrong and goes on', () => {
    for (const line of ['GET', 'GET a b', 'SET a', 'DEL']) {
      expect(ask(line, ''), line).toBe('-ERR wrong number of arguments\r\n')
    }
    for (const line of ['SET a b c', 'SET a b EX', 'SET a b PX 10', 'SET a b EX 1 2']) {
      expect(ask(line, ''), line).toBe('-ERR syntax error\r\n')
    }
    for (const seconds of ['0', '-1', 'x', '1.5']) {
      expect(ask(`SET a b EX ${seconds}`, ''), seconds).toBe('-ERR invalid expire time\r\n')
    }
    expect(ask('GET a', 'FLY', '')).toBe('$-1\r\n-ERR unknown command\r\n')
  })

  it('keeps keys from the storage that it does not take', () => {
    const long = 'k'.repeat(251)
    const refused = '-ERR a key has 1 to 250 bytes\r\n'
    expect(ask(`SET ${long} 1`, '')).toBe(refused)
    expect(ask('*3', '$3', 'SET', '$0', '', '$1', '1', '')).toBe(refused)
    expect(ask(`GET ${long}`, `DEL ${long}`, '')).toBe('$-1\r\n:0\r\n')
    expect(ask('*2', '$3', 'GET', '$0', '', '')).toBe('$-1\r\n')
    expect(ask(`SET ${long.slice(1)} 1`, `GET ${long.slice(1)}`, '')).toBe('+OK\r\n$1\r\n1\r\n')
  })

  it('says what the storage refuses', () => {
    const set = (key: string, length: number): string =>
      ask('*3', '$3', 'SET', `$${key.length}`, key, `$${length}`, 'x'.repeat(length), '')
    expect(set('a', 17 * KIB)).toBe('-ERR the value is too large\r\n')
    const answers = Array.from({ length: 10 }, (_, i) => set(`key-${i}`, 15 * KIB))
    expect(new Set(answers)).toEqual(new Set(['+OK\r\n', '-OOM out of memory\r\n']))
  })
})
