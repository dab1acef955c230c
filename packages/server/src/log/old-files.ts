/**
 * What a log file leaves behind when it is full: numbered files, the newest first, compressed.
 *
 * ```text
 *   x.log ──► x.log.1 ──► x.log.1.gz ──► x.log.2.gz ──► gone
 *             at once     meanwhile      the next time
 * ```
 *
 * A process that ends while it compresses leaves the plain file, which keeps its place in the row.
 *
 * @module
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { access, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'

const SUFFIXES = ['', '.gz'] as const
const UNFINISHED = '.gz.part'

/**
 * Put `path` into the row as number 1, and drop what is beyond number `keep`.
 *
 * @param keep 0 to keep none
 * @throws what the file system says; `path` is where it was then
 */
export async function retire(path: string, keep: number): Promise<void> {
  if (keep === 0) {
    await rm(path, { force: true })
    return
  }
  let last = keep
  while (await dropNumber(path, last)) last++
  for (let number = keep - 1; number > 0; number--) {
    for (const suffix of SUFFIXES) {
      await renameIfThere(`${path}.${number}${suffix}`, `${path}.${number + 1}${suffix}`)
    }
  }
  await renameIfThere(path, `${path}.1`)
}

/** Compress those in the row that are plain, one after the other. */
export async function compressOld(path: string, keep: number, signal: AbortSignal): Promise<void> {
  for (let number = 1; number <= keep; number++) {
    const plain = `${path}.${number}`
    if (!(await isThere(plain))) continue
    const part = plain + UNFINISHED
    try {
      // A fast level: half of what a slow one leaves, and a log must not cost what it tells of.
      const gzip = createGzip({ level: constants.Z_BEST_SPEED })
      await pipeline(createReadStream(plain), gzip, createWriteStream(part), { signal })
      await rename(part, `${plain}.gz`)
      await rm(plain)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }
}

/** @returns whether there was such a file */
async function dropNumber(path: string, number: number): Promise<boolean> {
  let found = false
  for (const suffix of SUFFIXES) {
    const old = `${path}.${number}${suffix}`
    if (!(await isThere(old))) continue
    await rm(old)
    found = true
  }
  return found
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
