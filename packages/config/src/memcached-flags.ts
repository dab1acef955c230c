/**
 * Flags of memcached that set nothing here. Scripts and containers that start memcached have them, so
 * each is either harmless or answered with what to use instead.
 *
 * @module
 */
import type { Habit } from './section.ts'

/** How memcached becomes a background process, and where it serves UDP. */
export const processHabits: readonly Habit[] = [
  {
    flag: '-U',
    argument: 'port',
    description: 'UDP port; only 0, which is off, is accepted',
    judge: (text) =>
      text === '0'
        ? undefined
        : {
            refuse:
              'UDP is not served, because its answers can be aimed at others by a forged address; only -U 0 is accepted',
          },
  },
  {
    flag: '-d',
    judge: () => ({
      refuse:
        'the server stays in the foreground; run it under systemd or in a container, or put "&" behind it in a shell',
    }),
  },
  {
    flag: '-P',
    argument: 'file',
    judge: () => ({
      refuse:
        'no file with the process id is written; systemd and containers know the process, and in a shell "$!" is its id',
    }),
  },
  {
    flag: '-u',
    argument: 'user',
    judge: () => ({
      refuse:
        'the server keeps the user that started it; choose one with User= in systemd, USER in a container, or sudo -u',
    }),
  },
]

/** memcached can save the eight bytes of an item's cas token. */
export const casHabit: Habit = {
  flag: '-C',
  description: 'accepted without effect: cas tokens are always kept',
  judge: () => ({ warn: 'has no effect: cas tokens are always kept' }),
}
