import { choice } from '../kinds/choice.ts'
import { formatSize, KIB, MIB, size } from '../kinds/size.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { section, type SectionConfig } from '../section.ts'
import { setting } from '../setting.ts'
import { POLLED_BY_NODE } from './no-effect.ts'

export type WorkerConfig = SectionConfig<ReturnType<typeof workerSection>['settings']>

/** `[worker]`: the threads that serve connections, and how much each turn and all sessions may take. */
export function workerSection() {
  return section({
    title: 'Workers and their limits',
    settings: {
      threads: setting(wholeNumber({ min: 1 }), {
        description: 'threads that serve connections',
        argument: 'count',
        default: 1,
        // No server of this repository shares its storage between threads.
        example: '1',
        short: '-t',
      }),
      transport: setting(choice(['auto', 'uring', 'net']), {
        description:
          'what carries the bytes: uring (Linux), net (Node.js), or auto, uring where it works',
        argument: 'name',
        default: 'auto',
        example: 'net',
      }),
      maxRequestsPerTurn: setting(wholeNumber({ min: 1 }), {
        description: 'requests of one connection before the others have their turn',
        argument: 'count',
        default: 512,
        example: '20',
        short: '-R',
      }),
      outputHighWaterBytes: setting(size({ min: KIB }), {
        description: 'unsent answers of a connection from which on it is not read further',
        argument: 'size',
        default: '256KB',
        example: '1MB',
      }),
      sessionMemoryBytes: setting(size({ min: MIB }), {
        description: 'memory for what all connections have sent and not yet received',
        argument: 'size',
        default: '48MB',
        example: '256MB',
      }),
    },
    inert: { timeout: POLLED_BY_NODE, nevent: POLLED_BY_NODE },
    check: ({ outputHighWaterBytes, sessionMemoryBytes }) =>
      outputHighWaterBytes <= sessionMemoryBytes
        ? []
        : [
            {
              key: 'output_high_water',
              problem: `must be at most worker.session_memory, which is ${formatSize(sessionMemoryBytes)}`,
            },
          ],
  })
}
