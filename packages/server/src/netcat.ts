import type { ListenAddress } from '@pelikan/core'

/** The command that connects a terminal to `address`. */
export function netcat(address: ListenAddress): string {
  return 'path' in address ? `nc -U ${address.path}` : `nc ${address.host} ${address.port}`
}
