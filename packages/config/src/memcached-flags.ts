/**
 * Flags of memcached that are no setting's own name. Scripts and containers that start memcached have
 * them: one stands for a setting of every storage, and each of the others is either harmless or answered
 * with what to use instead.
 *
 * @module
 */
import { judgeExtended } from './extended-options.ts'
import type { Habit } from './section.ts'
import type { Shorthand } from './setting.ts'

/** How memcached becomes a background process, and where it serves UDP. */
export const processHabits: readonly Habit[] = [
  {
    flag: '-U',
    long: '--udp-port',
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
    long: '--daemon',
    judge: () => ({
      refuse:
        'the server stays in the foreground; run it under systemd or in a container, or put "&" behind it in a shell',
    }),
  },
  {
    flag: '-P',
    long: '--pidfile',
    argument: 'file',
    judge: () => ({
      refuse:
        'no file with the process id is written; systemd and containers know the process, and in a shell "$!" is its id',
    }),
  },
  {
    flag: '-u',
    long: '--user',
    argument: 'user',
    judge: () => ({
      refuse:
        'the server keeps the user that started it; choose one with User= in systemd, USER in a container, or sudo -u',
    }),
  },
  ...[
    ['-b', '--listen-backlog', 'count'],
    ['-k', '--lock-memory'],
    ['-r', '--enable-coredumps'],
    ['-f', '--slab-growth-factor', 'factor'],
    ['-n', '--slab-min-size', 'bytes'],
    ['-L', '--enable-largepages'],
    ['-e', '--memory-file', 'file'],
    ['-N', '--napi-ids', 'count'],
    ['-B', '--protocol', 'name'],
    ['-D', undefined, 'character'],
    ['-i', '--license'],
  ].map((names) => withoutCounterpart(names, 'leave it away')),
  {
    flag: '-o',
    long: '--extended',
    argument: 'options',
    description: 'options with commas between them: each is accepted without effect, or refused',
    judge: judgeExtended,
  },
  {
    flag: '-S',
    long: '--enable-sasl',
    judge: () => ({
      refuse:
        'use -Y with a file of lines user:password: it asks clients of every dialect to log in',
    }),
  },
  // Without these, a server answers more people than was meant.
  ...[['-Z', '--enable-ssl']].map((names) =>
    withoutCounterpart(names, 'leave it away and let nobody else reach the port'),
  ),
]

/** memcached's long names of flags that set something here. */
export const longFlags: ReadonlyMap<string, string> = new Map([
  ['--port', '-p'],
  ['--unix-socket', '-s'],
  ['--unix-mask', '-a'],
  ['--listen', '-l'],
  ['--memory-limit', '-m'],
  ['--disable-evictions', '-M'],
  ['--conn-limit', '-c'],
  ['--verbose', '-v'],
  ['--threads', '-t'],
  ['--max-reqs-per-event', '-R'],
  ['--max-item-size', '-I'],
  ['--disable-flush-all', '-F'],
  ['--auth-file', '-Y'],
  ['--enable-shutdown', '-A'],
  ['--disable-dumping', '-X'],
  ['--disable-watch', '-W'],
])

/** memcached can save the eight bytes of an item's cas token. */
export const casHabit: Habit = {
  flag: '-C',
  long: '--disable-cas',
  description: 'accepted without effect: cas tokens are always kept',
  judge: () => ({ warn: 'has no effect: cas tokens are always kept' }),
}

/** Memory for items, which memcached counts in units of 1 MB. */
export const memoryShorthand: Shorthand = {
  flag: '-m',
  argument: 'megabytes',
  description: 'the same in units of 1 MB',
  value: (text) => (/^\d+$/.test(text) ? `${text}MB` : text),
}

function withoutCounterpart(
  [flag = '', long, argument]: readonly (string | undefined)[],
  advice: string,
): Habit {
  return {
    flag,
    ...(long === undefined ? {} : { long }),
    ...(argument === undefined ? {} : { argument }),
    judge: (_, typed) => ({ refuse: `memcached's ${typed} has no counterpart here; ${advice}` }),
  }
}
