export { isLoopback } from './command/loopback.ts'
export { type LoadOptions, type Parsed, parseOptions } from './command/options.ts'
export {
  type Comparison,
  type Contestant,
  type Figure,
  type Rounds,
  type Side,
  type SideResult,
  type Watcher,
  compareServers,
  ratioOf,
  spreadOf,
  takingTurns,
  withServers,
} from './compare/comparison.ts'
export { endWithThis } from './compare/end-with-this.ts'
export {
  ServerProcess,
  type ServerOptions,
  splitCommand,
  stopServers,
} from './compare/server-process.ts'
export {
  type Sweep,
  type SweepOptions,
  type SweepSide,
  type SweepStep,
  sweepServers,
} from './compare/sweep.ts'
export type {
  ClientConnection,
  ClientEvents,
  ClientTransport,
  Target,
} from './engine/client-transport.ts'
export type { ConnectionOwner, LoadConnection } from './engine/load-connection.ts'
export type { LoadPlan } from './engine/load-plan.ts'
export { type LoadEvents, LoadRun, SILENCE_MS } from './engine/load-run.ts'
export type { LoadSpec, TransportName } from './engine/load-spec.ts'
export type { PacedRun } from './engine/pace.ts'
export { LoadThreads, type PhaseMoments } from './engine/load-threads.ts'
export type { Phase } from './engine/thread-messages.ts'
export { LoadError, type LoadErrorCode } from './errors.ts'
export {
  type Latencies,
  type LoadResult,
  type LoadTarget,
  type Measure,
  fill,
  measureLoad,
} from './measure/measure-load.ts'
export { type CpuTime, cpuTime, groupCpuTime, residentBytes } from './measure/process-usage.ts'
export { Recording } from './measure/recording.ts'
export { type KeyChoice, chooseKeys } from './memcache/key-choice.ts'
export { MemcacheCodec } from './memcache/memcache-codec.ts'
export type { MemcacheLoad } from './memcache/memcache-load.ts'
export { type CommandName, MixChoice, type MixPart } from './memcache/mix.ts'
export { type ValueSizes, Values } from './memcache/values.ts'
export {
  type Codec,
  type Counts,
  INCOMPLETE,
  NO_MORE,
  type Probe,
  type RequestSource,
  type Share,
} from './protocol/codec.ts'
export { beginsWith, expectBytes, quote, wrongReply } from './protocol/expect-bytes.ts'
export { type MakeCodec, loadCodec } from './protocol/load-codec.ts'
export { PingCodec } from './protocol/ping-codec.ts'
export { Random } from './random.ts'
export { comparisonText } from './report/comparison-text.ts'
export { describeLoad } from './report/describe-load.ts'
export { percentilePlot, sweepPlot } from './report/latency-plots.ts'
export { type Axis, type LinePlot, type Series, linePlot } from './report/line-plot.ts'
export { Progress, type ProgressOptions } from './report/progress.ts'
export { type Machine, describeMachine, machineLine } from './report/machine.ts'
export { resultsJson, saveResults } from './report/save.ts'
export { type Spread, showSpread, spread } from './report/spread.ts'
export { sweepText } from './report/sweep-text.ts'
export { markdownTable, textTable } from './report/table.ts'
