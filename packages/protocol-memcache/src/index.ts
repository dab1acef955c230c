export { BinaryCommand, BinaryStatus } from './binary-opcode.ts'
export {
  MAX_GATHERED_VALUE_BYTES,
  MAX_LINE_BYTES,
  MAX_OPEN_LINE_BYTES,
  MAX_PENDING_BYTES,
  MAX_RETRIEVAL_LINE_BYTES,
  MAX_VALUE_BYTES,
  MAX_WHOLE_VALUE_BYTES,
} from './limits.ts'
export { Code } from './meta-answer.ts'
export { MetaFlags, MetaMode } from './meta-flags.ts'
export { Op } from './opcode.ts'
export { NO_OUTCOME, type Outcome } from './outcome.ts'
export { MemcacheParser, type MemcacheParserOptions, type Speaks } from './parser.ts'
export { Part } from './part.ts'
export { Reply, TOO_MANY_CONNECTIONS, replyLines } from './reply.ts'
export { MemcacheRequest, REFUSED } from './request.ts'
export { MemcacheResponse } from './response.ts'
