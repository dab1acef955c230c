import { choice } from '../kinds/choice.ts'
import { path } from '../kinds/file.ts'
import { section, type SectionConfig } from '../section.ts'
import { optionalSetting, setting } from '../setting.ts'

export type DebugConfig = SectionConfig<ReturnType<typeof debugSection>['settings']>

const NO_ROTATION = 'the server does not rotate its log'

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
    },
    inert: {
      log_rotation_interval: NO_ROTATION,
      log_max_keep_files: NO_ROTATION,
      log_backup: NO_ROTATION,
      log_max_size: NO_ROTATION,
      log_queue_depth: NO_ROTATION,
      log_single_message_size: NO_ROTATION,
    },
  })
}
