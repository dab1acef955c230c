export { MAX_LINE_BYTES, PingParser } from './parser.ts'
export { PingOp, PingRequest } from './request.ts'
export { PingResponse } from './response.ts'
