import { choice } from '../kinds/choice.ts'
import { section, type SectionConfig } from '../section.ts'
import { setting } from '../setting.ts'

export type TimeConfig = SectionConfig<ReturnType<typeof timeSection>['settings']>

/** `[time]`: what a client's time to live means. */
export function timeSection() {
  return section({
    title: 'Time',
    settings: {
      timeType: setting(choice(['Memcache', 'Unix', 'Delta']), {
        description:
          'how times to live are read: Unix, as dates; Delta, as seconds from now; Memcache, ' +
          'as seconds up to 30 days and as dates above',
        argument: 'type',
        default: 'Memcache',
        example: 'Delta',
      }),
    },
  })
}
