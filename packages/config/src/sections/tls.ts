import { section } from '../section.ts'

/** `[tls]`: refused as long as there is no TLS, so that nobody serves in plain text by mistake. */
export function tlsSection() {
  return section({
    title: '',
    settings: {},
    refusedBecause:
      'TLS is not built yet, and a server that was told to use it does not serve in plain text instead',
  })
}
