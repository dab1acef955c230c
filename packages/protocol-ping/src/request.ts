/** What a client can ask for. */
export const PingOp = {
  Ping: 0,
  Quit: 1,
} as const
export type PingOp = (typeof PingOp)[keyof typeof PingOp]

/** One request; a parser has one object and fills it again and again. */
export class PingRequest {
  op: PingOp = PingOp.Ping
}
