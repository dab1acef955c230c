/**
 * Flags of memcached that are no setting's own name. Scripts and containers that start memcached have
 * them: some stand for a setting, some change nothing, and each of the others is answered with what to
 * use instead.
 *
 * @module
 */
import { judgeExtended } from './extended-options.ts'
import type { Machine } from './machine.ts'
import type { Habit, Verdict } from './section.ts'
import type { Shorthand } from './setting.ts'

/** How many connections wait to be accepted, as `-b` has it. */
const BACKLOG = 1024

/** What memcached does with its process, its sockets and its memory. */
export function processHabits(machine: Machine): readonly Habit[] {
  return [
    {
      flag: '-U',
      long: '--udp-port',
      argument: 'port',
      description: 'UDP port; only 0, which is off, is accepted',
      judge: judgeUdp,
    },
    {
      flag: '-o',
      long: '--extended',
      argument: 'options',
      description: 'options with commas between them: each is obeyed, without effect, or refused',
      judge: judgeExtended,
    },
    {
      flag: '-u',
      long: '--user',
      argument: 'user',
      judge: (user) => judgeUser(user, machine),
    },
    { flag: '-b', long: '--listen-backlog', argument: 'count', judge: judgeBacklog },
    ...WITHOUT_EFFECT.map(([flag, long, argument, warn]) =>
      habit(flag, long, argument, { warn: `has no effect: ${warn}` }),
    ),
    ...REFUSED.map(([flag, long, argument, refuse]) => habit(flag, long, argument, { refuse })),
  ]
}

/** Of storages that leave their memory to Node.js. */
export const largePagesHabit: Habit = habit('-L', '--enable-largepages', undefined, {
  warn: 'has no effect: Node.js chooses the pages of its memory',
})

/** memcached's long names of the flags that set something here. */
export const longFlags: ReadonlyMap<string, string> = new Map([
  ['-p', '--port'],
  ['-s', '--unix-socket'],
  ['-a', '--unix-mask'],
  ['-l', '--listen'],
  ['-m', '--memory-limit'],
  ['-M', '--disable-evictions'],
  ['-c', '--conn-limit'],
  ['-v', '--verbose'],
  ['-t', '--threads'],
  ['-R', '--max-reqs-per-event'],
  ['-I', '--max-item-size'],
  ['-B', '--protocol'],
  ['-C', '--disable-cas'],
  ['-L', '--enable-largepages'],
  ['-F', '--disable-flush-all'],
  ['-X', '--disable-dumping'],
  ['-W', '--disable-watch'],
  ['-Y', '--auth-file'],
  ['-A', '--enable-shutdown'],
])

/** Memory for items, which memcached counts in units of 1 MB. */
export const memoryShorthand: Shorthand = {
  flag: '-m',
  argument: 'megabytes',
  description: 'the same in units of 1 MB',
  value: (text) => (/^\d+$/.test(text) ? `${text}MB` : text),
}

type Row = readonly [
  flag: string,
  long: string | undefined,
  argument: string | undefined,
  what: string,
]

/** They make memcached faster or smaller; nobody can tell from outside whether they did. */
const WITHOUT_EFFECT: readonly Row[] = [
  ['-f', '--slab-growth-factor', 'factor', 'there are no slabs'],
  ['-n', '--slab-min-size', 'bytes', 'there are no slabs'],
  ['-N', '--napi-ids', 'count', 'the system deals out the connections'],
]

const REFUSED: readonly Row[] = [
  [
    '-d',
    '--daemon',
    undefined,
    'the server stays in the foreground; run it under systemd or in a container, or put "&" behind it in a shell',
  ],
  [
    '-P',
    '--pidfile',
    'file',
    'no file with the process id is written; systemd and containers know the process, and in a shell "$!" is its id',
  ],
  [
    '-k',
    '--lock-memory',
    undefined,
    'memory is not locked; keep it from being swapped with MemorySwapMax=0 in systemd, --memory-swap of a container, or swapoff',
  ],
  [
    '-r',
    '--enable-coredumps',
    undefined,
    'the limit of core files stays as it is; raise it with LimitCORE=infinity in systemd, or ulimit -c unlimited in a shell',
  ],
  [
    '-e',
    '--memory-file',
    'file',
    'items are kept in the memory of the process and end with it; leave it out',
  ],
  [
    '-D',
    undefined,
    'character',
    'a prefix ends at ":" here; leave it out, and say stats detail on to a server that runs',
  ],
  ['-i', '--license', undefined, 'the license is in the file LICENSE, Apache-2.0'],
  [
    '-S',
    '--enable-sasl',
    undefined,
    'use -Y with a file of lines user:password: it asks clients of every dialect to log in',
  ],
  // Without it, a server answers more people than was meant.
  [
    '-Z',
    '--enable-ssl',
    undefined,
    'there is no TLS; put a proxy that speaks it before the server, or leave it out and let nobody else reach the port',
  ],
]

function habit(
  flag: string,
  long: string | undefined,
  argument: string | undefined,
  verdict: Verdict,
): Habit {
  return {
    flag,
    ...(long === undefined ? {} : { long }),
    ...(argument === undefined ? {} : { argument }),
    judge: () => verdict,
  }
}

function judgeUdp(port: string): Verdict | undefined {
  if (port === '0') return undefined
  return {
    refuse:
      'UDP is not served, because its answers can be aimed at others by a forged address; only -U 0 is accepted',
  }
}

/** Like memcached, which takes no notice of `-u` unless it may become somebody else. */
function judgeUser(user: string, { isRoot }: Machine): Verdict | undefined {
  if (!isRoot || user === 'root' || user === '0') return undefined
  return {
    refuse:
      'the server keeps the user that started it; choose one with User= in systemd, USER in a container, or sudo -u',
  }
}

function judgeBacklog(count: string): Verdict | undefined {
  if (!/^\d+$/.test(count)) return { refuse: 'write how many connections may wait, such as 1024' }
  if (Number(count) <= BACKLOG) return undefined
  return { warn: `has no effect: at most ${BACKLOG} connections wait to be accepted` }
}
