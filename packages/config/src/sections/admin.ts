import { truth } from '../kinds/choice.ts'
import { kind, type Kind } from '../kinds/kind.ts'
import { port } from '../kinds/port.ts'
import { inertSection, section, type Finding, type SectionConfig } from '../section.ts'
import { optionalSetting, setting } from '../setting.ts'

export type AdminConfig = SectionConfig<ReturnType<typeof adminSection>['settings']>

const BY_NODE = 'Node.js waits for events by itself'
const NO_TLS = 'the admin endpoint has no encryption'
const KEYS = ['host', 'port', 'timeout', 'nevent', 'tw_tick', 'tw_cap', 'tw_ntick', 'use_tls']
const POLLING = KEYS.slice(2, -1)

/** `[admin]`: the text port for operators, and the HTTP endpoint for them and for Prometheus. */
export function adminSection() {
  return section({
    title: 'Admin endpoint',
    settings: {
      host: setting(loopback(), {
        description: 'address of the text admin port, at loopback',
        argument: 'address',
        default: '127.0.0.1',
        example: '::1',
      }),
      port: optionalSetting(port(), {
        description: 'TCP port for stats, version and flush_all in text; without it there is none',
        argument: 'port',
        example: '9999',
      }),
      httpEnabled: setting(truth(), {
        description: 'whether metrics and health are served by HTTP',
        argument: 'bool',
        default: false,
        example: 'true',
      }),
      httpHost: setting(host(), {
        description: 'address of the admin endpoint; others than loopback need a token',
        argument: 'address',
        default: '127.0.0.1',
        example: '0.0.0.0',
      }),
      httpPort: setting(port(), {
        description: 'TCP port of the admin endpoint; 0 lets the system choose',
        argument: 'port',
        default: '9998',
        example: '9999',
      }),
      httpToken: optionalSetting(token(), {
        description:
          'what requests must bring as a bearer token; made and printed where one is needed',
        argument: 'token',
        example: 'correct-horse-battery-staple',
        secret: true,
      }),
    },
    inert: { ...Object.fromEntries(POLLING.map((key) => [key, BY_NODE])), use_tls: NO_TLS },
    check: (config): readonly Finding[] =>
      config.port === undefined
        ? [{ key: 'host', warning: 'has no effect without admin.port' }]
        : [],
  })
}

/** `[admin]` of a program without one. */
export function inertAdminSection() {
  const keys = [...KEYS, 'http_enabled', 'http_host', 'http_port']
  return inertSection('there is no admin port yet', keys)
}

function host(): Kind<string, string> {
  return kind(
    'must be one address without a port, such as "127.0.0.1", "::1" or "0.0.0.0"',
    (written) => (typeof written === 'string' && /^[\w.:%-]+$/.test(written) ? written : undefined),
    String,
  )
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i

function loopback(): Kind<string, string> {
  return kind(
    'must be an address of this machine alone, such as "127.0.0.1" or "::1": the text port asks nobody for a token; from elsewhere use http_host',
    (written) => (typeof written === 'string' && LOOPBACK.test(written) ? written : undefined),
    String,
  )
}

const LEAST_TOKEN = 16

function token(): Kind<string, string> {
  return kind(
    `must be ${LEAST_TOKEN} or more letters, digits, and any of -._~+/=`,
    (written) =>
      typeof written === 'string' && /^[\w.~+/=-]{16,512}$/.test(written) ? written : undefined,
    String,
  )
}
