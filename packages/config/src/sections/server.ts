import { formatAddress } from '@pelikan/core'
import { addresses } from '../kinds/addresses.ts'
import { duration } from '../kinds/duration.ts'
import { fileMode, socketPath } from '../kinds/file.ts'
import { port } from '../kinds/port.ts'
import { wholeNumber } from '../kinds/whole-number.ts'
import { type Listening, listenAddresses } from '../listen-addresses.ts'
import { type Machine, thisMachine } from '../machine.ts'
import { processHabits } from '../memcached-flags.ts'
import { section, type Finding, type SectionConfig } from '../section.ts'
import { optionalSetting, setting } from '../setting.ts'
import { POLLED_BY_NODE } from './no-effect.ts'

export type ServerConfig = SectionConfig<ReturnType<typeof serverSection>['settings']>

/**
 * `[server]`: where to listen, and what a connection may take.
 *
 * @param machine tells whether memcached's `-u` would mean anything
 */
export function serverSection(defaults: { port: number }, machine: Machine = thisMachine()) {
  return section({
    title: 'Listening and connections',
    settings: {
      host: setting(addresses(), {
        description: 'addresses to listen at; several with commas, or the flag several times',
        argument: 'address',
        default: '127.0.0.1',
        example: '0.0.0.0',
        short: '-l',
        repeatable: true,
      }),
      port: setting(port(), {
        description: 'TCP port of the addresses that have none; 0 lets the system choose',
        argument: 'port',
        default: String(defaults.port),
        example: '11212',
        short: '-p',
      }),
      socket: optionalSetting(socketPath(), {
        description: 'path of a Unix socket to listen at instead of TCP',
        argument: 'path',
        example: '/run/cache.sock',
        short: '-s',
      }),
      socketMode: setting(fileMode(), {
        description: 'who may connect to the Unix socket, in octal',
        argument: 'mode',
        default: '0700',
        example: '0770',
        short: '-a',
      }),
      maxConnections: setting(wholeNumber({ min: 1 }), {
        description: 'connections at the same time',
        argument: 'count',
        default: 1024,
        example: '10000',
        short: '-c',
      }),
      idleTimeoutMs: setting(duration(), {
        description: 'close a connection that is silent for so long; 0 never does',
        argument: 'time',
        default: '0s',
        example: '10m',
      }),
      requestTimeoutMs: setting(duration(), {
        description: 'close a connection whose request stays incomplete for so long; 0 never does',
        argument: 'time',
        default: '60s',
        example: '5s',
      }),
    },
    inert: { timeout: POLLED_BY_NODE, nevent: POLLED_BY_NODE },
    habits: processHabits(machine),
    check: (config) => [...socketOrTcp(config), ...namedTwice(config)],
  })
}

function socketOrTcp(config: { socket?: string | undefined }): readonly Finding[] {
  if (config.socket === undefined) {
    return [{ key: 'socket_mode', warning: 'has no effect without server.socket' }]
  }
  const warning = 'has no effect beside server.socket'
  return [
    { key: 'host', warning },
    { key: 'port', warning },
  ]
}

/** The second of two such listeners could only say that the address is in use. */
function namedTwice(config: Listening): readonly Finding[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const address of listenAddresses(config)) {
    // The system chooses another port each time.
    if ('port' in address && address.port === 0) continue
    const name = formatAddress(address).toLowerCase()
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return twice.size === 0
    ? []
    : [{ key: 'host', problem: `names ${[...twice].join(' and ')} twice` }]
}
