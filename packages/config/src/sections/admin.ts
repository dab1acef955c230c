import { inertSection } from '../section.ts'

/** `[admin]`: the port for operators. Its keys are known and do nothing yet. */
export function adminSection() {
  return inertSection('there is no admin port yet', [
    'host',
    'port',
    'http_enabled',
    'http_host',
    'http_port',
    'timeout',
    'nevent',
    'tw_tick',
    'tw_cap',
    'tw_ntick',
    'use_tls',
  ])
}
