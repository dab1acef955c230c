import { type MemcacheRequest, Op, Part, Reply } from '@pelikan/protocol-memcache'

const VERBS = [
  ...['reject', 'get', 'gets', 'gat', 'gats', 'set', 'add', 'replace', 'append', 'prepend', 'cas'],
  ...['touch', 'delete', 'incr', 'decr', 'flush_all', 'verbosity', 'version', 'quit', 'stats'],
]
const REPLIES = Object.keys(Reply)

/**
 * Append a request to `lines` as a line of text. A value that comes in pieces ends up as the same line
 * as one that came whole.
 */
export function describeRequest(request: MemcacheRequest, lines: string[]): void {
  if (request.op < Op.Set || request.op > Op.Cas) {
    lines.push(withoutValue(request))
    return
  }
  switch (request.part) {
    case Part.Whole:
      lines.push(head(request) + valueOf(request) + tail(request))
      break
    case Part.Begin:
      lines.push(head(request))
      break
    case Part.Chunk:
      lines.push(lines.pop() + valueOf(request))
      break
    case Part.End:
      lines.push(lines.pop() + tail(request))
      break
    default:
      lines.pop()
      lines.push(`reject ${REPLIES[request.reply]}${tail(request)}`)
  }
}

function withoutValue(request: MemcacheRequest): string {
  const { exptime, last, number, op, reply } = request
  const verb = VERBS[op]
  const key = request.key.toString('latin1', request.keyStart, request.keyEnd)
  const more = last ? '' : ' ..'
  switch (op) {
    case Op.Reject:
      return `reject ${REPLIES[reply]}${tail(request)}`
    case Op.Get:
    case Op.Gets:
      return `${verb} ${key}${more}`
    case Op.Gat:
    case Op.Gats:
      return `${verb} ${exptime} ${key}${more}`
    case Op.Touch:
      return `touch ${key} ${exptime}${tail(request)}`
    case Op.Delete:
      return `delete ${key}${tail(request)}`
    case Op.Increment:
    case Op.Decrement:
      return `${verb} ${key} ${decimal(number)}${tail(request)}`
    case Op.FlushAll:
      return `flush_all ${exptime}${tail(request)}`
    case Op.Stats:
      return `stats ${key}`
    default:
      return `${verb}${tail(request)}`
  }
}

function head(request: MemcacheRequest): string {
  const { exptime, flags, key, keyEnd, keyStart, number, op, valueLength } = request
  const token = op === Op.Cas ? ` ${decimal(number)}` : ''
  const name = key.toString('latin1', keyStart, keyEnd)
  return `${VERBS[op]} ${name} ${flags} ${exptime} ${valueLength}${token} = `
}

function tail({ noreply }: MemcacheRequest): string {
  return noreply ? ' noreply' : ''
}

function valueOf({ value, valueEnd, valueStart }: MemcacheRequest): string {
  return value.toString('latin1', valueStart, valueEnd)
}

function decimal(number: MemcacheRequest['number']): string {
  const digits = Buffer.alloc(20)
  return digits.toString('latin1', 0, number.write(digits, 0))
}
