import { choice } from '../kinds/choice.ts'
import { path } from '../kinds/file.ts'
import { KIB, size } from '../kinds/size.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { section, type Finding, type SectionConfig } from '../section.ts'
import { optionalSetting, setting } from '../setting.ts'

export type DebugConfig = SectionConfig<ReturnType<typeof debugSection>['settings']>

const NUMBERED = 'older files have numbers; log_max_keep_files says how many there are'
const NO_QUEUE = 'the log is written as it comes'
const OF_FILE = ['log_rotation_interval', 'log_max_size', 'log_max_keep_files']
const WITHOUT_FILE = 'has no effect without debug.log_file'

/** `[debug]`: the log. */
export function debugSection() {
  return section({
    title: 'Log',
    settings: {
      logLevel: setting(choice(['error', 'warn', 'info', 'debug', 'trace']), {
        description: 'how much is logged: error, warn, info, debug or trace',
        argument: 'level',
        default: 'info',
        example: 'warn',
        shorthand: {
          flag: '-v',
          description: 'more log: -v is debug, -vv and -vvv are trace',
          value: (_, times) => (times === 1 ? 'debug' : 'trace'),
        },
      }),
      logFile: optionalSetting(path(), {
        description: 'file that the log is appended to',
        argument: 'path',
        example: '/var/log/cache.log',
      }),
      logRotationInterval: setting(choice(['none', 'minutely', 'hourly', 'daily']), {
        description: 'how often a fresh log_file is begun, by UTC: none, minutely, hourly or daily',
        argument: 'interval',
        default: 'daily',
        example: 'none',
      }),
      logMaxSizeBytes: setting(size({ min: KIB }), {
        description: 'size from which on a fresh log_file is begun',
        argument: 'size',
        default: '1GB',
        example: '100MB',
      }),
      logMaxKeepFiles: setting(wholeNumber({ min: 0, max: 1000 }), {
        description: 'older log files that are kept, compressed',
        argument: 'count',
        default: 7,
        example: '30',
      }),
    },
    check: ({ logFile }): readonly Finding[] =>
      logFile === undefined ? OF_FILE.map((key) => ({ key, warning: WITHOUT_FILE })) : [],
    inert: {
      log_backup: NUMBERED,
      log_queue_depth: NO_QUEUE,
      log_single_message_size: NO_QUEUE,
    },
  })
}
