import { interval } from '../kinds/duration.ts'
import { path } from '../kinds/file.ts'
import { formatSize, KIB, MIB, size } from '../kinds/size.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { inertSection, section, type Finding, type SectionConfig } from '../section.ts'
import { optionalSetting, setting } from '../setting.ts'

export type KlogConfig = SectionConfig<ReturnType<typeof klogSection>['settings']>

/** Of each worker; every command of a busy one makes about 3 MB in the default interval. */
const QUEUE_BYTES_MAX = 256 * MIB
const OF_FILE = [
  'sample',
  'max_size',
  'max_keep_files',
  'interval',
  'queue_depth',
  'single_message_size',
]
const WITHOUT_FILE = 'has no effect without klog.file'

/** `[klog]`: the log of commands. */
export function klogSection() {
  return section({
    title: 'Command log',
    settings: {
      file: optionalSetting(path(), {
        description: 'file that commands are logged to; without it none are',
        argument: 'path',
        example: '/var/log/cache-commands.log',
      }),
      sample: setting(wholeNumber({ min: 0, max: 1_000_000_000 }), {
        description: 'requests of a thread of which one is logged; 0 logs none',
        argument: 'count',
        default: 100,
        example: '1',
      }),
      maxSizeBytes: setting(size({ min: KIB }), {
        description: 'size from which on a fresh file is begun',
        argument: 'size',
        default: '1GB',
        example: '100MB',
      }),
      maxKeepFiles: setting(wholeNumber({ min: 0, max: 1000 }), {
        description: 'older files that are kept, compressed',
        argument: 'count',
        default: 3,
        example: '10',
      }),
      intervalMs: setting(interval(), {
        description: 'time between two looks at what is to be written',
        argument: 'time',
        default: '100ms',
        example: '1s',
      }),
      queueDepth: setting(wholeNumber({ min: 1, max: 1_048_576 }), {
        description:
          'lines of the largest size that wait in a thread; what does not fit is dropped',
        argument: 'count',
        default: 4096,
        example: '1024',
      }),
      singleMessageSizeBytes: setting(size({ min: 128, max: 4 * KIB }), {
        description: 'largest size of a line; one that is longer is dropped',
        argument: 'size',
        default: '1KB',
        example: '2KB',
      }),
    },
    inert: { backup: 'older files have numbers; max_keep_files says how many there are' },
    check: ({ file, queueDepth, singleMessageSizeBytes }): readonly Finding[] => {
      if (file === undefined) return OF_FILE.map((key) => ({ key, warning: WITHOUT_FILE }))
      if (queueDepth * singleMessageSizeBytes <= QUEUE_BYTES_MAX) return []
      const most = formatSize(QUEUE_BYTES_MAX)
      return [
        { key: 'queue_depth', problem: `must be at most ${most} of klog.single_message_size` },
      ]
    },
  })
}

/** `[klog]` of a program without a command log. */
export function inertKlogSection() {
  return inertSection('this program logs no commands', ['file', 'backup', ...OF_FILE])
}
