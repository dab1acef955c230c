export { adminMetrics } from './admin/admin-server.ts'
export { LiveSampler, type LiveSource } from './admin/live-sampler.ts'
export {
  LiveStream,
  type LiveStreamOptions,
  liveMetrics,
  type ViewerConnection,
} from './admin/live-stream.ts'
export { type AdminPorts, portClash } from './admin/port-clash.ts'
export { type Admin, type AdminOptions, startAdmin } from './admin/start-admin.ts'
export { startTextAdmin, type TextAdminAddress } from './admin/start-text-admin.ts'
export {
  TextAdmin,
  type TextAdminLimits,
  type TextAdminOptions,
  textAdminMetrics,
} from './admin/text-admin.ts'
export { debugLog, type DebugLogOptions } from './debug-log.ts'
export { ServerError, type ServerErrorCode } from './errors.ts'
export { descriptorWarning } from './descriptor-limit.ts'
export { exitWith, type Exit } from './exit-with.ts'
export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export { serverMetrics } from './metrics.ts'
export {
  COMMAND_LOG,
  type CommandLogOptions,
  LINE_BYTES_MAX,
  type WriteLine,
  commandLog,
  commandLogMetrics,
} from './log/command-log.ts'
export { CommandLogWriter, type CommandLogWriterOptions } from './log/command-log-writer.ts'
export { LineQueue } from './log/line-queue.ts'
export { LogFile, type LogFileOptions, type RotationInterval } from './log/log-file.ts'
export { type LogConfig, ProgramLogs } from './log/program-logs.ts'
export { metricGroups } from './metric-groups.ts'
export { netcat } from './netcat.ts'
export { Observers } from './observers.ts'
export { Process, type ProcessOptions, type ProcessViews, type ProcessWorker } from './process.ts'
export { ProcessBuilder } from './process-builder.ts'
export type { ProcessEvents } from './process-events.ts'
export {
  defineParts,
  type ConnectionView,
  type ExecuteContext,
  type Inspectable,
  type MakeStorage,
  type ObserverPart,
  type PartContext,
  type PartsOrigin,
  type ProcessParts,
  type SharedStorage,
  type TransportContext,
} from './process-parts.ts'
export { processMetrics } from './process-usage.ts'
export { RequestTimer, type TimedCommands } from './request-timer.ts'
export { runProcess, type RunOptions } from './run-process.ts'
export { runProgram, type ProgramRun } from './run-program.ts'
export type { WaitsFor } from './session-state.ts'
export {
  onStopSignals,
  type SignalSource,
  type StopSignal,
  type StopSignalHandlers,
} from './stop-signals.ts'
