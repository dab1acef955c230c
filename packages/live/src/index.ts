export { LiveError, type LiveErrorCode } from './errors.ts'
export { EventStream, type StreamedEvent } from './event-stream.ts'
export {
  type CommandFigures,
  type Figures,
  figuresBetween,
  isBusy,
  type Rate,
  type SegmentFigures,
  type WorkerFigures,
} from './figures.ts'
export { type Memory, type MemoryPart, memoryOf } from './memory.ts'
export { PAGE_POLICY, type PageFile, pageFiles } from './page-files.ts'
export {
  readableBytes,
  readableCount,
  readableNanoseconds,
  readablePercent,
  readableSeconds,
} from './readable.ts'
export {
  type About,
  LIVE_PATH,
  type LatencySample,
  type LiveEnd,
  type LiveEvent,
  type LiveSample,
  type WorkerSample,
} from './sample.ts'
export { runTop, type TopOutput, type TopRun } from './top/run-top.ts'
export { topProgram } from './top/top-program.ts'
export { watch, type WatchOptions } from './watch.ts'
