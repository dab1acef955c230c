/**
 * What a client from npm must be able to do with the server, written once for all of them.
 *
 * A client says in `skip` which tests it cannot pass and why; the load leaves out the operations of these
 * tests. The servers under test are chosen in target.ts.
 *
 * @module
 */
import { type TestContext, beforeAll, describe, it } from 'vitest'
import type { CacheClient, ClientUnderTest } from './cache-client.ts'
import { OPERATIONS, type Target, startTarget, targetsOf } from './target.ts'
import { verifiedLoad } from './verified-load.ts'

const KIB = 1024
const MIB = 1024 * KIB
const SIZES: Readonly<Record<string, number>> = {
  '0 bytes': 0,
  '1 byte': 1,
  '64 bytes': 64,
  '16 KiB - 1': 16 * KIB - 1,
  '16 KiB': 16 * KIB,
  '16 KiB + 1': 16 * KIB + 1,
  '100 KiB': 100 * KIB,
  '1 MiB - 1 KiB': MIB - KIB,
}
const TOO_LARGE = MIB + KIB

const NOT_OURS = 'PELIKAN_TEST_TARGET names a server that may hold the data of others'

const CLIENTS = 16
const LANES = 25
const LOAD_TIMEOUT_MS = 120_000
/** How long an item or a connection may take to come to its end or back. */
const WAIT = { timeout: 10_000, interval: 50 }

export function testClient(under: ClientUnderTest): void {
  const reasons = new Map(under.skip?.map(({ test, reason }) => [test, reason]))
  const unknown = new Set(reasons.keys())

  const test = (
    name: string,
    run: (context: TestContext) => Promise<void>,
    timeoutMs?: number,
  ): void => {
    unknown.delete(name)
    const reason = reasons.get(name)
    it(
      name,
      async (context) => {
        if (reason !== undefined) return context.skip(reason)
        context.expect.hasAssertions()
        await run(context)
      },
      timeoutMs,
    )
  }

  describe.each(targetsOf(under.name))(`npm ${under.name} with %s`, (server) => {
    let target: Target
    let client: CacheClient

    beforeAll(async () => {
      if (unknown.size > 0) throw new Error(`skip names no test: ${[...unknown].join(', ')}`)
      target = await startTarget(server)
      client = await under.connect(target)
      return async () => {
        await client.close()
        await target.stop()
      }
    })

    describe('commands', () => {
      test('set and get', async ({ expect }) => {
        expect(await client.get('set')).toBeUndefined()
        expect(await client.set('set', 'one')).toBe(true)
        expect(await client.get('set')).toBe('one')
        expect(await client.set('set', 'two')).toBe(true)
        expect(await client.get('set')).toBe('two')
      })

      test('getMany', async ({ expect }) => {
        const keys = Array.from({ length: 50 }, (_, i) => `many-${i}`)
        const stored = keys.filter((_, i) => i % 3 !== 0)
        await Promise.all(stored.map((key) => client.set(key, `value of ${key}`)))
        const found = await client.getMany(keys)
        expect(found).toEqual(new Map(stored.map((key) => [key, `value of ${key}`])))
      })

      test('add', async ({ expect }) => {
        expect(await client.add('add', 'one')).toBe(true)
        expect(await client.add('add', 'two')).toBe(false)
        expect(await client.get('add')).toBe('one')
      })

      test('replace', async ({ expect }) => {
        expect(await client.replace('replace', 'one')).toBe(false)
        expect(await client.get('replace')).toBeUndefined()
        await client.set('replace', 'one')
        expect(await client.replace('replace', 'two')).toBe(true)
        expect(await client.get('replace')).toBe('two')
      })

      test('append', async ({ expect }) => {
        expect(await client.append('append', 'more')).toBe(false)
        await client.set('append', 'some, ')
        expect(await client.append('append', 'more')).toBe(true)
        expect(await client.get('append')).toBe('some, more')
      })

      test('prepend', async ({ expect }) => {
        expect(await client.prepend('prepend', 'more')).toBe(false)
        await client.set('prepend', ', some')
        expect(await client.prepend('prepend', 'more')).toBe(true)
        expect(await client.get('prepend')).toBe('more, some')
      })

      test('cas', async ({ expect }) => {
        expect(await client.gets('versioned')).toBeUndefined()
        await client.set('versioned', 'one')
        const first = await client.gets('versioned')
        expect(first).toEqual({ value: 'one', cas: expect.stringMatching(/^\d+$/) })
        expect(await client.cas('versioned', 'two', first?.cas ?? '')).toBe(true)
        expect(await client.cas('versioned', 'three', first?.cas ?? '')).toBe(false)
        expect(await client.get('versioned')).toBe('two')
        expect(await client.cas('versioned-missing', 'one', first?.cas ?? '')).toBe(false)
      })

      test('incr', async ({ expect }) => {
        expect(await client.incr('incr', 1)).toBeUndefined()
        await client.set('incr', '9')
        expect(await client.incr('incr', 1)).toBe(10)
        expect(await client.incr('incr', 2 ** 40)).toBe(2 ** 40 + 10)
        expect(await client.get('incr')).toBe(String(2 ** 40 + 10))
      })

      test('decr', async ({ expect }) => {
        expect(await client.decr('decr', 1)).toBeUndefined()
        await client.set('decr', '10')
        expect(await client.decr('decr', 1)).toBe(9)
        expect(await client.decr('decr', 100)).toBe(0)
      })

      test('incr of a text', async ({ expect }) => {
        await client.set('text', 'one')
        expect(await refused(client.incr('text', 1))).toBe(true)
        expect(await client.get('text')).toBe('one')
      })

      test('delete', async ({ expect }) => {
        await client.set('delete', 'one')
        expect(await client.delete('delete')).toBe(true)
        expect(await client.get('delete')).toBeUndefined()
        expect(await client.delete('delete')).toBe(false)
      })
    })

    describe('keys and values', () => {
      for (const [name, size] of Object.entries(SIZES)) {
        test(name, async ({ expect }) => {
          const value = textOf(size)
          expect(await client.set('size', value)).toBe(true)
          expect((await client.get('size')) === value).toBe(true)
        })
      }

      test('1 MiB + 1 KiB', async ({ expect }) => {
        expect(await refused(client.set('large', textOf(TOO_LARGE)))).toBe(true)
        expect(await client.get('large')).toBeUndefined()
      })

      test('1 MiB + 1 KiB, refused by the server', async ({ expect }) => {
        const other = await under.connect(target, { largestValue: 2 * MIB })
        expect(await refused(other.set('large', textOf(TOO_LARGE)))).toBe(true)
        await expect.poll(() => other.set('small', 'one').catch(() => false), WAIT).toBe(true)
        expect(await other.get('large')).toBeUndefined()
        expect(await other.get('small')).toBe('one')
        await other.close()
      })

      test('a key of 250 bytes', async ({ expect }) => {
        const key = 'k'.repeat(250)
        expect(await client.set(key, 'one')).toBe(true)
        expect(await client.get(key)).toBe('one')
      })

      test('unicode keys', async ({ expect }) => {
        const keys = ['ключ', '鍵', 'κλειδί-🔑', 'naïve']
        for (const key of keys) expect(await client.set(key, `value of ${key}`)).toBe(true)
        const found = await client.getMany(keys)
        expect(found).toEqual(new Map(keys.map((key) => [key, `value of ${key}`])))
        expect(await client.delete('鍵')).toBe(true)
      })

      test('unicode values', async ({ expect }) => {
        const value = 'значение, 値, 🎉, e\u0301, \u0000, \ufeff'.repeat(100)
        expect(await client.set('unicode', value)).toBe(true)
        expect(await client.get('unicode')).toBe(value)
      })

      test('values that look like replies', async ({ expect }) => {
        const value = 'one\r\nEND\r\nVALUE a 0 3\r\nSTORED\r\n'
        expect(await client.set('lines', value)).toBe(true)
        expect(await client.get('lines')).toBe(value)
        expect(await client.get('lines-missing')).toBeUndefined()
      })

      test('binary values', async ({ expect }) => {
        const value = Buffer.from(Array.from({ length: 2048 }, (_, i) => (i * 7) & 0xff))
        expect(await client.set('binary', value)).toBe(true)
        expect(await client.get('binary')).toEqual(value)
      })
    })

    // At once, because two of them mostly wait.
    describe.concurrent('for a while', () => {
      test('expiry', async ({ expect }) => {
        await client.set('lives', 'on', 1000)
        await client.set('dies', 'soon', 2)
        expect(await client.get('dies')).toBe('soon')
        await expect.poll(() => client.get('dies'), WAIT).toBeUndefined()
        expect(await client.get('lives')).toBe('on')
      })

      test('touch', async ({ expect }) => {
        expect(await client.touch('touch-missing', 1000)).toBe(false)
        await client.set('touch-lives', 'on', 2)
        await client.set('touch-dies', 'soon', 1000)
        expect(await client.touch('touch-lives', 1000)).toBe(true)
        expect(await client.touch('touch-dies', 2)).toBe(true)
        expect(await client.get('touch-dies')).toBe('soon')
        await expect.poll(() => client.get('touch-dies'), WAIT).toBeUndefined()
        expect(await client.get('touch-lives')).toBe('on')
      })

      test(
        `${CLIENTS} clients, ${OPERATIONS} operations each`,
        async ({ expect }) => {
          const clients = await Promise.all(
            Array.from({ length: CLIENTS }, () => under.connect(target)),
          )
          const done = await Promise.all(
            clients.map((each, number) =>
              verifiedLoad({
                client: each,
                prefix: `load-${under.name}-${number}-`,
                seed: number,
                operations: OPERATIONS,
                lanes: LANES,
                can: (name) => !reasons.has(name),
              }),
            ),
          )
          expect(done).toEqual(Array.from({ length: CLIENTS }, () => OPERATIONS))
          await Promise.all(clients.map((each) => each.close()))
        },
        LOAD_TIMEOUT_MS,
      )
    })

    describe('the whole server', () => {
      test('flush', async ({ expect, skip }) => {
        if (target.restart === undefined) skip(NOT_OURS)
        await client.set('flush', 'one')
        await client.flush()
        expect(await client.get('flush')).toBeUndefined()
      })

      test('a restart', async ({ expect, skip }) => {
        if (target.restart === undefined) return skip(NOT_OURS)
        await client.set('restart', 'one')
        await target.restart()
        await expect.poll(() => client.set('restarted', 'two').catch(() => false), WAIT).toBe(true)
        expect(await client.get('restart')).toBeUndefined()
        expect(await client.get('restarted')).toBe('two')
      })
    })
  })
}

/** Whether the client said no, in whichever way it does. */
async function refused(answer: Promise<boolean | number | undefined>): Promise<boolean> {
  try {
    const result = await answer
    return result === false || result === undefined
  } catch {
    return true
  }
}

/** A text of `size` bytes in which no piece is like another of the same length nearby. */
function textOf(size: number): string {
  let text = ''
  for (let i = 0; text.length < size; i++) text += `${i.toString(36)}.`
  return text.slice(0, size)
}
