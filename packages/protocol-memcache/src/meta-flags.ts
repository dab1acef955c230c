/**
 * What the flags of a meta command say. Letters are flags of protocol.txt, "Meta Commands"; what an
 * answer returns, it returns in the order asked.
 *
 * @module
 */
import { Uint64 } from '@pelikan/buffer'

/** Words of a line, its command and key included. */
export const MAX_META_WORDS = 20
/** An opaque, its letter included. */
export const MAX_OPAQUE_BYTES = 32
/** What 250 bytes of base64 decode to. */
const MAX_DECODED_BYTES = 189

/** Codes of the letters. */
export const Flag = {
  /** Internal: `t` behind a `T` or an `N`, which has set it. */
  NewTtl: 1,
  Cas: 67,
  Delta: 68,
  NewCas: 69,
  ClientFlags: 70,
  Invalidate: 73,
  Initial: 74,
  L: 76,
  Mode: 77,
  Vivify: 78,
  Opaque: 79,
  P: 80,
  Recache: 82,
  Ttl: 84,
  Binary: 98,
  ReturnCas: 99,
  ReturnFlags: 102,
  Hit: 104,
  Key: 107,
  LastAccess: 108,
  Quiet: 113,
  Size: 115,
  ReturnTtl: 116,
  NoBump: 117,
  Value: 118,
  Empty: 120,
} as const

/** Modes of `ms` and `ma`, as the letter behind `M`; 0 where there is none. */
export const MetaMode = {
  None: 0,
  Plus: 43,
  Minus: 45,
  Append: 65,
  /** Of `ma`: decrement. */
  D: 68,
  /** Add, where the key is empty. */
  E: 69,
  /** Of `ma`: increment. */
  I: 73,
  Prepend: 80,
  Replace: 82,
  Set: 83,
} as const

export class MetaFlags {
  /** There is nothing but what {@link MetaFlags.resetPlain} resets. */
  isPlain = false
  /** Codes of the flags that an answer may return: `returned[0, count)`. */
  readonly returned: Uint8Array = new Uint8Array(MAX_META_WORDS)
  count = 0
  /** `q`: leave out the answer that is usual. */
  quiet = false
  /** `b`: the key came in base64. */
  binaryKey = false
  /** `v`. */
  value = false
  /** `u`. */
  noBump = false
  /** `T`, an exptime. */
  setsTtl = false
  ttl = 0
  /** `T` stands before `R`. */
  setsTtlFirst = false
  /** `T` stands behind `N`. */
  setsTtlLast = false
  /** `N`, an exptime. */
  vivifies = false
  vivifyTtl = 0
  /** `R`, an exptime. */
  recaches = false
  recacheTtl = 0
  /** `C`. */
  compares = false
  readonly cas: Uint64 = new Uint64()
  /** `E`. */
  setsCas = false
  readonly newCas: Uint64 = new Uint64()
  /** `I`. */
  invalidates = false
  /** `x`. */
  empties = false
  /** `M`. */
  mode = 0
  /** `D`. */
  readonly delta: Uint64 = new Uint64()
  /** `J`. */
  readonly initial: Uint64 = new Uint64()
  /** `O` and what is behind it: `opaque[0, opaqueLength)`, a copy. */
  readonly opaque: Buffer = Buffer.allocUnsafeSlow(MAX_OPAQUE_BYTES)
  opaqueLength = 0
  /** The key that came in base64, decoded. */
  readonly key: Buffer = Buffer.allocUnsafeSlow(MAX_DECODED_BYTES)

  /** As {@link MetaFlags.reset}, for a line that only asks what to show and whether to be quiet. */
  resetPlain(): void {
    if (!this.isPlain) {
      this.reset()
      this.isPlain = true
      return
    }
    this.count = 0
    this.quiet = false
    this.value = false
  }

  /** Be the flags of a line that has none. */
  reset(): void {
    this.isPlain = false
    this.count = 0
    this.quiet = false
    this.binaryKey = false
    this.value = false
    this.noBump = false
    this.setsTtl = false
    this.setsTtlFirst = false
    this.setsTtlLast = false
    this.vivifies = false
    this.recaches = false
    this.compares = false
    this.setsCas = false
    this.invalidates = false
    this.empties = false
    this.mode = MetaMode.None
    this.delta.set(0, 1)
    this.initial.set(0, 0)
    this.opaqueLength = 0
  }

  /** Have an answer return the flag `code`. */
  returns(code: number): void {
    this.returned[this.count++] = code
  }
}

/** What a request has that is in another dialect. */
export const NO_META_FLAGS: MetaFlags = new MetaFlags()
