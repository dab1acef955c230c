/**
 * The commands of the binary dialect (memcached's protocol_binary.txt), and what a request of each is made
 * of. Most have a quiet form, whose usual answer is left out.
 *
 * @module
 */

/** A request's command, its quiet form told apart. */
export const BinaryCommand = {
  Get: 0x00,
  Set: 0x01,
  Add: 0x02,
  Replace: 0x03,
  Delete: 0x04,
  Increment: 0x05,
  Decrement: 0x06,
  Quit: 0x07,
  Flush: 0x08,
  Noop: 0x0a,
  Version: 0x0b,
  GetKey: 0x0c,
  Append: 0x0e,
  Prepend: 0x0f,
  Stat: 0x10,
  Verbosity: 0x1b,
  Touch: 0x1c,
  GetAndTouch: 0x1d,
  SaslList: 0x20,
  SaslAuth: 0x21,
  SaslStep: 0x22,
  GetKeyAndTouch: 0x23,
  /** A request that cannot be served: its status says why. */
  Reject: 0xff,
} as const

export type BinaryCommand = (typeof BinaryCommand)[keyof typeof BinaryCommand]

/** The status of an answer. */
export const BinaryStatus = {
  Ok: 0x00,
  NotFound: 0x01,
  Exists: 0x02,
  TooLarge: 0x03,
  Invalid: 0x04,
  NotStored: 0x05,
  NotANumber: 0x06,
  AuthError: 0x20,
  UnknownCommand: 0x81,
  NoMemory: 0x82,
} as const

export type BinaryStatus = (typeof BinaryStatus)[keyof typeof BinaryStatus]

/** The lengths that a request of a command may have. */
export interface BinaryShape {
  readonly command: BinaryCommand
  /** Bytes of extras. */
  readonly extras: number
  /** Whether the extras may be left out. */
  readonly extrasOptional: boolean
  /** Whether there is a key: `undefined` where both is right. */
  readonly key: boolean | undefined
  readonly value: boolean
  /** Whether this is the quiet form. */
  readonly quiet: boolean
}

const C = BinaryCommand

/** Opcodes, the quiet one last where there is one. */
const SHAPES: readonly (readonly [
  opcodes: readonly number[],
  command: BinaryCommand,
  Partial<BinaryShape>,
])[] = [
  [[0x00, 0x09], C.Get, { key: true }],
  [[0x0c, 0x0d], C.GetKey, { key: true }],
  [[0x01, 0x11], C.Set, { extras: 8, key: true, value: true }],
  [[0x02, 0x12], C.Add, { extras: 8, key: true, value: true }],
  [[0x03, 0x13], C.Replace, { extras: 8, key: true, value: true }],
  [[0x0e, 0x19], C.Append, { key: true, value: true }],
  [[0x0f, 0x1a], C.Prepend, { key: true, value: true }],
  [[0x04, 0x14], C.Delete, { key: true }],
  [[0x05, 0x15], C.Increment, { extras: 20, key: true }],
  [[0x06, 0x16], C.Decrement, { extras: 20, key: true }],
  [[0x07, 0x17], C.Quit, {}],
  [[0x08, 0x18], C.Flush, { extras: 4, extrasOptional: true }],
  [[0x0a], C.Noop, {}],
  [[0x0b], C.Version, {}],
  [[0x10], C.Stat, { key: undefined }],
  [[0x1b], C.Verbosity, { extras: 4 }],
  [[0x1c], C.Touch, { extras: 4, key: true }],
  [[0x1d, 0x1e], C.GetAndTouch, { extras: 4, key: true }],
  [[0x23, 0x24], C.GetKeyAndTouch, { extras: 4, key: true }],
  [[0x20], C.SaslList, {}],
  [[0x21], C.SaslAuth, { key: true, value: true }],
  [[0x22], C.SaslStep, { key: true, value: true }],
]

const UNKNOWN: BinaryShape = {
  command: BinaryCommand.Reject,
  extras: 0,
  extrasOptional: false,
  key: false,
  value: false,
  quiet: false,
}

/** By opcode; an unknown one has the command {@link BinaryCommand.Reject}. */
export const binaryShapes: readonly BinaryShape[] = Array.from({ length: 256 }, (_, opcode) => {
  for (const [opcodes, command, shape] of SHAPES) {
    const form = opcodes.indexOf(opcode)
    if (form >= 0) return { ...UNKNOWN, ...shape, command, quiet: form === 1 }
  }
  return UNKNOWN
})

/** Whether a request of these lengths can be one of `shape`. */
export function fits(shape: BinaryShape, extras: number, key: number, value: number): boolean {
  if (extras !== shape.extras && !(extras === 0 && shape.extrasOptional)) return false
  if (shape.key !== undefined && shape.key !== key > 0) return false
  return shape.value || value === 0
}
