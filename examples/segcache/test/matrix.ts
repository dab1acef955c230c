/** Whether tests meet every combination of servers and transports, or a selection of them. */
import { chooseTransport } from '@pelikan/transport-auto'

/** `PELIKAN_TEST_MATRIX=full`, which takes minutes. */
export const isFullMatrix: boolean = process.env['PELIKAN_TEST_MATRIX'] === 'full'

/** The fastest that works here, and the one that works everywhere. */
export const transports: readonly string[] = [...new Set([chooseTransport('auto').name, 'net'])]
