import type * as Ffi from 'node:ffi'

/**
 * The way of Node.js into native code; `undefined` where this one has none. Loading the module prints that
 * it is experimental, which who runs a server can do nothing about: not here.
 */
export function nodeFfi(): typeof Ffi | undefined {
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:ffi')
  } finally {
    if (warn !== undefined) Object.defineProperty(process, 'emitWarning', warn)
  }
}
