export {
  HOT_KEYS,
  type HotKeysOptions,
  type HotKeysReport,
  hotKeys,
  readHotKeys,
} from './hot-keys.ts'
export type { Keyed, SharedObservers, Sight, WorkerPlace } from './sight.ts'
export {
  SLOW_REQUESTS,
  type SlowReport,
  type SlowRequestsOptions,
  readSlowRequests,
  slowRequests,
} from './slow-requests.ts'
export {
  type KeyCount,
  type Sketch,
  SpaceSaving,
  mergeSketches,
  spaceSavingBytes,
} from './space-saving.ts'
