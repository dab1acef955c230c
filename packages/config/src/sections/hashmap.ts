import { choice } from '../kinds/choice.ts'
import { formatSize, GIB, KIB, MIB, size } from '../kinds/size.ts'
import { largePagesHabit, memoryShorthand } from '../memcached-flags.ts'
import { section, type SectionConfig } from '../section.ts'
import { setting } from '../setting.ts'

export type HashMapConfig = SectionConfig<ReturnType<typeof hashMapSection>['settings']>

/** `[hashmap]`: the storage of `@pelikan/storage-hashmap`. */
export function hashMapSection() {
  return section({
    title: 'Storage',
    settings: {
      memoryBytes: setting(size({ min: MIB }), {
        description: 'memory for items',
        argument: 'size',
        default: '64MB',
        example: '4GB',
        shorthand: memoryShorthand,
      }),
      itemSizeMaxBytes: setting(size({ min: KIB, max: GIB }), {
        description: 'largest item',
        argument: 'size',
        default: '1MB',
        example: '8m',
        short: '-I',
      }),
      eviction: setting(choice(['lru', 'none']), {
        description:
          'what goes when memory is full: lru, the least recently used; none, writes fail',
        argument: 'policy',
        default: 'lru',
        example: 'none',
        shorthand: {
          flag: '-M',
          description: 'the same as --hashmap-eviction none',
          value: () => 'none',
        },
      }),
    },
    habits: [largePagesHabit],
    // memcached's rule: an item that takes most of the memory would evict everything else.
    check: ({ itemSizeMaxBytes, memoryBytes }) =>
      itemSizeMaxBytes <= memoryBytes / 2
        ? []
        : [
            {
              key: 'item_size_max',
              problem:
                `must be at most half of hashmap.memory, which is ${formatSize(memoryBytes)}; ` +
                'give a smaller item size (-I) or more memory (-m)',
            },
          ],
  })
}
