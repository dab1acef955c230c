/**
 * Whether io_uring can be used here, and why not: tried out, because containers forbid it by rules that
 * cannot be read, and answered in words for an operator.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { BufferRing } from './buffer-ring.ts'
import { native } from './native.ts'
import { Operations } from './operations.ts'
import { Ring, RingError } from './ring.ts'

export type UringSupport = { readonly ok: true } | { readonly ok: false; readonly reason: string }

const NEEDED_NODE = 'io_uring needs Node.js 26.6 or later'
const NEEDED_KERNEL = 'io_uring as it is used here needs Linux 6.1 or later'

let known: UringSupport | undefined

/** Whether a `UringTransport` can be made in this process. Tried once. */
export function uringSupport(): UringSupport {
  known ??= find()
  return known
}

function find(): UringSupport {
  if (process.platform !== 'linux')
    return no(`io_uring is a part of Linux, this is ${process.platform}`)
  try {
    native()
  } catch (error) {
    return no(nodeReason(error as NodeJS.ErrnoException))
  }
  try {
    tryOut()
    return { ok: true }
  } catch (error) {
    if (!(error instanceof RingError)) throw error
    return no(kernelReason(error))
  }
}

/** Everything that a transport begins with. */
function tryOut(): void {
  const ring = new Ring()
  try {
    const buffers = new BufferRing(ring, 0, 2, 64)
    buffers.publish()
    new Operations(ring).nop()
    ring.enter(1)
    if (!ring.ready) throw new RingError('io_uring_enter', 38 /* ENOSYS */)
  } finally {
    ring.close()
  }
}

function nodeReason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ERR_ACCESS_DENIED') {
    return 'the permission model of Node.js forbids node:ffi (--allow-ffi)'
  }
  return `${NEEDED_NODE} (this is ${process.versions.node}): ${error.message}`
}

function kernelReason(error: RingError): string {
  switch (error.code) {
    case 'EPERM':
    case 'EACCES':
      return (
        disabled() ?? 'the system forbids io_uring, as the seccomp rules of containers do (EPERM)'
      )
    case 'ENOSYS':
      return 'the kernel has no io_uring, or the seccomp rules of a container hide it (ENOSYS)'
    case 'EINVAL':
    case 'EOPNOTSUPP':
      return `${NEEDED_KERNEL} (${error.message})`
    case 'ENOMEM':
      return 'the system grants no memory for io_uring (ENOMEM): look at ulimit -l'
    default:
      return error.message
  }
}

/** What the administrator of the machine has decided; see the kernel's admin-guide/sysctl/kernel.rst. */
function disabled(): string | undefined {
  let value: string
  try {
    value = readFileSync('/proc/sys/kernel/io_uring_disabled', 'latin1').trim()
  } catch {
    return undefined
  }
  return value === '0'
    ? undefined
    : `the system forbids io_uring (kernel.io_uring_disabled = ${value})`
}

function no(reason: string): UringSupport {
  return { ok: false, reason }
}
