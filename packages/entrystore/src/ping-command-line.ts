import { PingOp, type PingRequest } from '@pelikan/protocol-ping'

/** Pelikan's line: the command, and the length of its answer. */
const PING = Buffer.from('ping 6')

/** Write the line of a request, as the command log wants it. */
export function pingCommandLine(
  request: PingRequest,
  _response: unknown,
  line: Buffer,
  at: number,
): number {
  return request.op === PingOp.Ping ? at + PING.copy(line, at) : at
}
