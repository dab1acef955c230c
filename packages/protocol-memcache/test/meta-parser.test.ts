import { MemcacheParser, type MemcacheRequest, Op, Part, Reply } from '@pelikan/protocol-memcache'
import { testProtocol } from '@pelikan/testkit'

const REPLIES = Object.keys(Reply)
const VERBS = ['mg', 'ms', 'md', 'ma', 'me', 'mn']

/** A request as one line: the key, what comes back, and the flags that are set. */
function record(request: MemcacheRequest, lines: string[]): void {
  const { meta, op } = request
  if (op === Op.Reject) {
    lines.push(`reject ${REPLIES[request.reply]}`)
    return
  }
  if (op === Op.MetaSet && request.part !== Part.Whole && request.part !== Part.Begin) {
    const line = lines.pop() ?? ''
    const value = request.value.toString('latin1', request.valueStart, request.valueEnd)
    if (request.part === Part.Chunk) lines.push(line + value)
    else lines.push(request.part === Part.End ? line : `reject ${REPLIES[request.reply]}`)
    return
  }
  const key = request.key.toString('latin1', request.keyStart, request.keyEnd)
  const returned = String.fromCharCode(...meta.returned.subarray(0, meta.count))
  const set = [
    ...(meta.quiet ? ['quiet'] : []),
    ...(meta.binaryKey ? ['binaryKey'] : []),
    ...(meta.value ? ['value'] : []),
    ...(meta.noBump ? ['noBump'] : []),
    ...(meta.setsTtl ? [`ttl=${meta.ttl}`] : []),
    ...(meta.vivifies ? [`vivify=${meta.vivifyTtl}`] : []),
    ...(meta.recaches ? [`recache=${meta.recacheTtl}`] : []),
    ...(meta.compares ? [`cas=${meta.cas.high}:${meta.cas.low}`] : []),
    ...(meta.setsCas ? [`newCas=${meta.newCas.high}:${meta.newCas.low}`] : []),
    ...(meta.invalidates ? ['invalidates'] : []),
    ...(meta.empties ? ['empties'] : []),
    ...(meta.mode === 0 ? [] : [`mode=${String.fromCharCode(meta.mode)}`]),
    ...(meta.opaqueLength === 0
      ? []
      : [`opaque=${meta.opaque.toString('latin1', 0, meta.opaqueLength)}`]),
    ...(request.flags === 0 ? [] : [`flags=${request.flags}`]),
  ]
  const line = [VERBS[op - Op.MetaGet], key, `[${returned}]`, ...set].join(' ')
  if (op !== Op.MetaSet) {
    lines.push(op === Op.MetaNoop ? 'mn' : line)
    return
  }
  const value =
    request.part === Part.Whole
      ? request.value.toString('latin1', request.valueStart, request.valueEnd)
      : ''
  lines.push(`${line} = ${value}`)
}

testProtocol<MemcacheRequest, string>(() => new MemcacheParser(), {
  record,
  cases: [
    { name: 'mg', input: 'mg a\r\n', requests: ['mg a []'] },
    {
      name: 'what comes back, in the order asked',
      input: 'mg a s v t f k c h l Oxy\r\n',
      requests: ['mg a [stfkchlO] value opaque=Oxy'],
    },
    {
      name: 'a time that is set before it is asked for',
      input: 'mg a T5 t\r\nmg a t T5\r\n',
      requests: ['mg a [\x01] ttl=5', 'mg a [t] ttl=5'],
    },
    {
      name: 'numbers',
      input: 'mg a N-1 R7 C18446744073709551615 E4294967296 q u\n',
      requests: ['mg a [] quiet noBump vivify=-1 recache=7 cas=-1:-1 newCas=1:0'],
    },
    {
      name: 'a key in base64',
      input: 'mg Zm9vYmFy b k\r\nmg foobar k\r\n',
      requests: ['mg foobar [k] binaryKey', 'mg foobar [k]'],
    },
    {
      name: 'ms',
      input: 'ms a 2 T9 F7 I MA c\r\nhi\r\nms a 0\r\n\r\n',
      requests: ['ms a [c] ttl=9 invalidates mode=A flags=7 = hi', 'ms a [] = '],
    },
    {
      name: 'a large ms keeps what it was asked',
      input: `ms Zm9v 70000 b k Oxyz c\r\n${'v'.repeat(70_000)}\r\nmg b Oq\r\n`,
      requests: [
        `ms foo [kOc] binaryKey opaque=Oxyz = ${'v'.repeat(70_000)}`,
        'mg b [O] opaque=Oq',
      ],
    },
    {
      name: 'a bad end',
      input: 'ms a 1 q\r\nxyzmn\r\n',
      requests: ['reject BadDataChunk', 'mn'],
    },
    {
      name: 'the data of a bad line is dropped',
      input: `ms a 20000 !\r\n${'v'.repeat(20_000)}\r\nms a 2 k k\r\nhi\r\nmn\r\n`,
      requests: ['reject UnknownFlag', 'reject DuplicateFlag', 'mn'],
    },
    {
      name: 'md and ma',
      input: 'md a I x q\r\nma a MD\r\nma a\r\n',
      requests: ['md a [] quiet invalidates empties', 'ma a [] mode=D', 'ma a []'],
    },
    { name: 'me', input: 'me a\r\nme Zm9v b\r\n', requests: ['me a []', 'me foo []'] },
    { name: 'an open line', input: 'mg a v', requests: [], rest: 6 },
    {
      name: 'twenty words',
      input: `mg a${' v'.repeat(19)}\r\n`,
      requests: ['reject TooManyFlags'],
    },
  ],
})
