import { truth } from '../kinds/choice.ts'
import { duration } from '../kinds/duration.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { type Finding, section, type SectionConfig } from '../section.ts'
import { setting } from '../setting.ts'

export type HotkeyConfig = SectionConfig<ReturnType<typeof hotkeySection>['settings']>

const LEAST_WINDOW_MS = 1000

/** `[hotkey]`: which keys are asked for most, and which requests were slow. */
export function hotkeySection() {
  return section({
    title: 'Hot keys and slow requests',
    settings: {
      enable: setting(truth(), {
        description: 'whether the admin endpoint shows hot keys, large values and slow requests',
        argument: 'bool',
        default: true,
        example: 'false',
      }),
      sample: setting(wholeNumber({ min: 1, max: 1_000_000 }), {
        description: 'requests of a thread of which one is looked at, by chance, for hot keys',
        argument: 'count',
        default: 100,
        example: '1',
      }),
      windowMs: setting(duration(), {
        description: 'hot keys are those of so long, and of at most twice as long',
        argument: 'time',
        default: '1m',
        example: '10s',
      }),
    },
    check: checkWindow,
  })
}

function checkWindow({ windowMs }: { windowMs: number }): readonly Finding[] {
  return windowMs >= LEAST_WINDOW_MS ? [] : [{ key: 'window', problem: 'must be at least 1s' }]
}
