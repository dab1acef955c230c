/** `memcached-tool`, the script of memcached's own package: it shows what there is, and saves the items. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Target, startTarget, targetsOf } from './target.ts'

const SCRIPT = '/usr/share/memcached/scripts/memcached-tool'
const NO_TOOL = 'Debian: apt-get install memcached perl'
const ITEMS = 50
/** Text, and bytes that end lines. */
const VALUE = 'one\r\ntwo'

const isInstalled = existsSync(SCRIPT) && spawnSync('perl', ['-v']).error === undefined

describe.skipIf(!isInstalled)(`memcached-tool (${NO_TOOL})`, () => {
  describe.each(targetsOf('memcached-tool'))('with %s', (server) => {
    let target: Target
    beforeAll(async () => {
      target = await startTarget(server)
      const sets = Array.from(
        { length: ITEMS },
        (_, i) => `set key:${i} ${i} ${i % 2 === 0 ? 0 : 100} ${VALUE.length}\r\n${VALUE}\r\n`,
      )
      await talk(sets.join(''))
      return () => target.stop()
    })

    async function talk(text: string): Promise<string> {
      const socket = connect(target.port, target.host)
      socket.setEncoding('latin1')
      socket.end(text, 'latin1')
      let answer = ''
      for await (const chunk of socket) answer += String(chunk)
      return answer
    }

    function run(...mode: string[]): string {
      const at = `${target.host}:${target.port}`
      const { status, stdout } = spawnSync('perl', [SCRIPT, at, ...mode], { encoding: 'latin1' })
      expect(status).toBe(0)
      return stdout
    }

    /** Names and values, as it shows them. */
    const pairs = (text: string) =>
      new Map(
        [...text.matchAll(/^ *([a-z_]+) +(\S+)$/gm)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      )

    it('shows the classes, with all of their items', () => {
      const [head = '', ...rows] = run('display').trimEnd().split('\n')
      expect(head).toMatch(
        /^ +# +Item_Size +Max_age +Pages +Count +Full\? +Evicted Evict_Time OOM$/,
      )
      const cells = rows.map((row) => row.trim().split(/ +/))
      expect(cells.reduce((sum, [, , , , count]) => sum + Number(count), 0)).toBe(ITEMS)
      for (const each of cells) expect(each).toHaveLength(9)
    })

    it('shows statistics and settings', () => {
      expect(pairs(run('stats')).get('curr_items')).toBe(String(ITEMS))
      expect(pairs(run('stats')).get('cmd_set')).toBe(String(ITEMS))
      expect(pairs(run('settings')).get('tcpport')).toBe(String(target.port))
      expect(pairs(run('sizes')).get('sizes_status')).toBe('disabled')
    })

    it('lists keys', () => {
      const keys = run('keys').match(/^key=\S+/gm)
      expect(new Set(keys).size).toBe(ITEMS)
      expect(keys).toContain('key=key%3A7')
    })

    it('saves the items, so that they can be sent back', async () => {
      const saved = run('dump')
      expect(await talk('flush_all\r\nget key:1\r\n')).toBe('OK\r\nEND\r\n')
      expect(await talk(saved)).toBe('STORED\r\n'.repeat(ITEMS))
      expect(await talk('get key:1 key:48\r\n')).toBe(
        `VALUE key:1 1 ${VALUE.length}\r\n${VALUE}\r\nVALUE key:48 48 ${VALUE.length}\r\n${VALUE}\r\nEND\r\n`,
      )
      const [, left] = /^HD t(\d+)\r$/m.exec(await talk('mg key:1 t\r\n')) ?? []
      expect(Number(left)).toBeGreaterThan(50)
      expect(Number(left)).toBeLessThanOrEqual(101)
    })
  })
})
