/**
 * Large pages for the memory of a storage, as Linux gives them to who asks (transparent huge pages).
 *
 * A get goes to two places that no cache holds, and to find them the processor walks through tables of pages
 * of 4 KiB, which no cache holds either once there are gigabytes. Pages of 2 MiB need 512 times fewer
 * entries. What they cost: the first write to each waits until the system has cleared 2 MiB.
 *
 * Asking needs a call that JavaScript does not have, `madvise(2)`, through `node:ffi`.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { nodeFfi } from '@pelikan/core'

const PAGE_BYTES = 2 * 1024 * 1024
const MADV_HUGEPAGE = 14
/** What the system does for whom: `always [madvise] never`, the present choice in brackets. */
const POLICY = '/sys/kernel/mm/transparent_hugepage/enabled'

/**
 * Ask for large pages for all of `memory` that can have them.
 *
 * @returns why there will be none; `undefined` where there will be, as far as the system has them
 */
export function askForHugePages(memory: readonly SharedArrayBuffer[]): string | undefined {
  const ffi = process.platform === 'linux' ? nodeFfi() : undefined
  if (ffi === undefined) return 'large pages need Linux and Node.js 26.6 or later'
  if (policy().includes('[never]')) return `the system has large pages for nobody: ${POLICY}`
  const { madvise } = ffi.dlopen(null, {
    madvise: { return: 'int32', arguments: ['uint64', 'uint64', 'int32'] },
  }).functions
  const page = BigInt(PAGE_BYTES)
  let refused = false
  for (const piece of memory) {
    const address = ffi.getRawPointer(Buffer.from(piece))
    const first = ((address + page - 1n) / page) * page
    const end = ((address + BigInt(piece.byteLength)) / page) * page
    if (end > first && madvise(first, end - first, MADV_HUGEPAGE) !== 0) refused = true
  }
  return refused ? 'the system refuses large pages' : undefined
}

function policy(): string {
  try {
    return readFileSync(POLICY, 'utf8')
  } catch {
    return '[never]'
  }
}
