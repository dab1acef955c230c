import { choice, truth } from '../kinds/choice.ts'
import { path } from '../kinds/file.ts'
import { section, type SectionConfig } from '../section.ts'
import { optionalSetting, setting } from '../setting.ts'

export type MemcacheConfig = SectionConfig<ReturnType<typeof memcacheSection>['settings']>

/** `[memcache]`: the protocol. */
export function memcacheSection() {
  return section({
    title: 'Memcache protocol',
    settings: {
      flushEnabled: setting(truth(), {
        description: 'whether clients may use flush_all',
        argument: 'true|false',
        default: true,
        example: 'false',
        shorthand: {
          flag: '-F',
          description: 'the same as --memcache-flush-enabled false',
          value: () => false,
        },
      }),
      dumpEnabled: setting(truth(), {
        description: 'whether clients may list the keys',
        argument: 'true|false',
        default: true,
        example: 'false',
        shorthand: {
          flag: '-X',
          description: 'the same as --memcache-dump-enabled false',
          value: () => false,
        },
      }),
      watchEnabled: setting(truth(), {
        description: 'whether clients may watch what others do',
        argument: 'true|false',
        default: true,
        example: 'false',
        shorthand: {
          flag: '-W',
          description: 'the same as --memcache-watch-enabled false',
          value: () => false,
        },
      }),
      casEnabled: setting(truth(), {
        description: 'whether items have cas tokens; without, every cas fails',
        argument: 'true|false',
        default: true,
        example: 'false',
        shorthand: {
          flag: '-C',
          description: 'the same as --memcache-cas-enabled false',
          value: () => false,
        },
      }),
      protocol: setting(choice(['auto', 'ascii', 'binary']), {
        description: 'what clients may speak: ascii, binary, or auto, both',
        argument: 'name',
        default: 'auto',
        example: 'ascii',
        short: '-B',
      }),
      shutdownEnabled: setting(truth(), {
        description: 'whether clients may stop the server with shutdown',
        argument: 'true|false',
        default: false,
        example: 'true',
        shorthand: {
          flag: '-A',
          description: 'the same as --memcache-shutdown-enabled true',
          value: () => true,
        },
      }),
      authFile: optionalSetting(path(), {
        description: 'file of lines user:password; clients must log in',
        argument: 'path',
        example: '/etc/cache/users',
        shorthand: {
          flag: '-Y',
          argument: 'file',
          description: 'the same as --memcache-auth-file',
          value: (text) => text,
        },
      }),
    },
  })
}
