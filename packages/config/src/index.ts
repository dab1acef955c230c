export { readCredentialsFile, type User } from './credentials-file.ts'
export { formatConfig, type Secrets } from './effective-config.ts'
export type { Environment } from './environment.ts'
export { ConfigError, type ConfigErrorCode } from './errors.ts'
export type { Address } from './kinds/addresses.ts'
export { type Listening, listenAddresses } from './listen-addresses.ts'
export { loadConfig, type Exit, type Run, type Sources } from './load-config.ts'
export { thisMachine, type Machine } from './machine.ts'
export {
  memcachedSettings,
  type MemcachedSettings,
  type StorageLimits,
} from './memcached-settings.ts'
export {
  defineProgram,
  type ConfigOf,
  type ConfigOfSections,
  type Program,
  type ProgramDefinition,
  type Sections,
} from './program.ts'
export { nearest } from './nearest.ts'
export type { Resolved } from './resolve.ts'
export {
  section,
  type Finding,
  type Habit,
  type Section,
  type SectionConfig,
  type SectionDefinition,
  type Settings,
  type Verdict,
} from './section.ts'
export {
  dependentSetting,
  optionalSetting,
  setting,
  type Setting,
  type SettingDefault,
  type SettingMeta,
  type Shorthand,
} from './setting.ts'
export { adminSection, type AdminConfig } from './sections/admin.ts'
export { debugSection, type DebugConfig } from './sections/debug.ts'
export { hashMapSection, type HashMapConfig } from './sections/hashmap.ts'
export { hotkeySection, type HotkeyConfig } from './sections/hotkey.ts'
export { klogSection, type KlogConfig } from './sections/klog.ts'
export { memcacheSection, type MemcacheConfig } from './sections/memcache.ts'
export { segSection, type SegConfig } from './sections/seg.ts'
export { serverSection, type ServerConfig } from './sections/server.ts'
export { timeSection, type TimeConfig } from './sections/time.ts'
export { workerSection, type WorkerConfig } from './sections/worker.ts'
export { choice, named, truth } from './kinds/choice.ts'
export { decimal } from './kinds/decimal.ts'
export { duration, formatDuration, readDuration } from './kinds/duration.ts'
export { path } from './kinds/file.ts'
export { kind, type Kind } from './kinds/kind.ts'
export { formatSize, readSize, size } from './kinds/size.ts'
export { wholeNumber } from './kinds/whole-number.ts'
export { findKeyLines } from './toml-lines.ts'
