export { testTransport } from './transport-suite.ts'
export { type ProtocolCase, type ProtocolSuiteOptions, testProtocol } from './protocol-suite.ts'
export { anyCuts, byteByByte, cutAt, everyCut } from './splits.ts'
export {
  type Expectation,
  type Transcript,
  type TranscriptLine,
  type TranscriptSection,
  type TranscriptStep,
  parseTranscript,
} from './transcript.ts'
export {
  type TranscriptConnection,
  type TranscriptFailure,
  type TranscriptServer,
  formatFailure,
  runTranscript,
} from './transcript-run.ts'
export type { BytesPart } from './transcript-bytes.ts'
export { tcpServer } from './transcript-tcp.ts'
export {
  type MemcachedOptions,
  NO_MEMCACHED,
  memcachedPath,
  startMemcached,
} from './start-memcached.ts'
export {
  type Exit,
  type RunningServer,
  type ServerCommand,
  StartError,
  type StartErrorCode,
  freePort,
  startServer,
} from './start-server.ts'
export { soon } from './soon.ts'
export { FakeClock } from './fake-clock.ts'
export { FakeConnection, FakeTransport } from './fake-transport.ts'
export { memcacheStreams, mutated } from './memcache-streams.ts'
export {
  type ModelEntry,
  type ModelFetch,
  type ModelFetched,
  type ModelItem,
  StorageModel,
} from './storage/model.ts'
export {
  type MakeStorage,
  type StorageSettings,
  type StorageSizes,
  type StorageTest,
  StorageTestContext,
} from './storage/storage-test.ts'
export type { Seen, StatusName } from './storage/seen.ts'
export { StorageSubject, type WriteOperation, type WriteOptions } from './storage/subject.ts'
export type { Counted, Fetched, StoredOnTerms, TermsOptions } from './storage/terms-subject.ts'
export {
  STORAGE_SIZES,
  type StorageSuiteOptions,
  storageTests,
  testKeyValueStorage,
} from './storage-suite.ts'
