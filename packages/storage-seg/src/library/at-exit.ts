import { isMainThread } from 'node:worker_threads'
import { SegError } from '../errors.ts'

/** What is closed. */
export interface Closable {
  readonly close: () => void
}

/** Those that are open in this thread, held by whoever uses them. */
const open = new Set<WeakRef<Closable>>()

/**
 * Close a cache when its thread ends by itself, for what the thread has begun there nobody else can end. With the main
 * thread the process ends, and all memory with it.
 *
 * @returns what to call where it was closed before
 */
export function closeAtExit(cache: Closable): () => void {
  if (isMainThread) return () => {}
  if (open.size === 0) process.on('exit', closeAll)
  // Others may have been collected.
  for (const held of open) if (held.deref() === undefined) open.delete(held)
  const held = new WeakRef(cache)
  open.add(held)
  return () => {
    open.delete(held)
    if (open.size === 0) process.off('exit', closeAll)
  }
}

function closeAll(): void {
  for (const held of open) {
    try {
      held.deref()?.close()
    } catch (error) {
      // Others find out that it is lost, too.
      if (!(error instanceof SegError)) throw error
    }
  }
}
