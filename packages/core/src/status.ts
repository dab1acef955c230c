/** What became of an operation on a storage. Refusals are expected, so they are constants, not exceptions. */
export const Status = {
  /** Done. */
  Ok: 0,
  /** A condition of the operation does not hold: `add` of a key that is there, `replace` of one that is not. */
  NotStored: 1,
  /** The item has changed since its cas token was read. */
  Exists: 2,
  /** No such item, or no longer. */
  NotFound: 3,
  /** The item is larger than this storage takes. */
  TooLarge: 4,
  /** There is no room and nothing may be evicted. */
  NoSpace: 5,
  /** The value is not an unsigned 64-bit decimal. */
  NotANumber: 6,
} as const

export type Status = (typeof Status)[keyof typeof Status]
