export { NEVER, SystemClock, TICKS_PER_SECOND, type Clock, type Tick } from './clock.ts'
export { descriptorLimit, descriptorOf, isAmongLast } from './descriptors.ts'
export { Entry, NO_RESERVATION } from './entry.ts'
export type { EntryStore } from './entry-store.ts'
export { PelikanError, ProtocolError, type CoreErrorCode } from './errors.ts'
export type { EvictionListener, KeyedItem } from './eviction-listener.ts'
export type { Execute } from './execute.ts'
export { formatAddress } from './format-address.ts'
export { Item } from './item.ts'
export { ListenError, type ListenErrorCode, listenError } from './listen-error.ts'
export { MAX_KEY_BYTES, type KeyValueStorage } from './key-value-storage.ts'
export { nodeFfi } from './node-ffi.ts'
export { parseNumberText } from './number-text.ts'
export type { CloseReason, Observer } from './observer.ts'
export type { Parser } from './parser.ts'
export type { AnswerSource, Response } from './response.ts'
export { Roster, type RosterMember } from './roster.ts'
export { SegmentKind, type SegmentMap, type TtlRow } from './segment-map.ts'
export { parseSize } from './size-text.ts'
export { Status } from './status.ts'
export { Mark, StoreMode, Terms } from './terms.ts'
export type {
  Connection,
  ListenAddress,
  ListenOptions,
  Peer,
  Receiver,
  Transport,
} from './transport.ts'
