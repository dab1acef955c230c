import { readFileSync } from 'node:fs'
import { SystemClock } from '@pelikan/core'
import { SegStorage } from '@pelikan/storage-seg'
import { describe, expect, it } from 'vitest'

const MIB = 2 ** 20
const options = { heapBytes: 64 * MIB, clock: new SystemClock() }

/** Flags of the mappings of this process that are for large pages: `hg` (proc_pid_smaps(5)). */
function advised(): number {
  return readFileSync('/proc/self/smaps', 'utf8').split('\n').filter(isAdvised).length
}

function isAdvised(line: string): boolean {
  return line.startsWith('VmFlags:') && line.split(' ').includes('hg')
}

describe('large pages', () => {
  it('are not asked for unless that is wanted', () => {
    expect(new SegStorage(options).warnings).toEqual([])
  })

  it('are asked for, or it is said why there are none', () => {
    const before = process.platform === 'linux' ? advised() : 0
    const { warnings } = new SegStorage({ ...options, hugePages: true })
    if (warnings.length === 0) expect(advised()).toBeGreaterThan(before)
    else expect(warnings).toEqual([expect.stringMatching(/large pages/)])
  })
})
