/**
 * Which command a line starts with. Short verbs are compared as one integer, long ones byte by byte.
 *
 * @module
 */
import { bytesEqual } from '@pelikan/buffer'
import { Op } from './opcode.ts'

/** A verb of up to four letters as an integer, its first letter highest. */
function word(text: string): number {
  let value = 0
  for (const letter of text) value = (value << 8) | letter.charCodeAt(0)
  return value
}

const MG = word('mg')
const MS = word('ms')
const MD = word('md')
const MA = word('ma')
const ME = word('me')
const MN = word('mn')
const GET = word('get')
const SET = word('set')
const ADD = word('add')
const CAS = word('cas')
const GAT = word('gat')
const GETS = word('gets')
const GATS = word('gats')
const INCR = word('incr')
const DECR = word('decr')
const QUIT = word('quit')

const LONG_VERBS: readonly { readonly verb: Buffer; readonly op: Op }[] = [
  { verb: Buffer.from('touch'), op: Op.Touch },
  { verb: Buffer.from('delete'), op: Op.Delete },
  { verb: Buffer.from('append'), op: Op.Append },
  { verb: Buffer.from('prepend'), op: Op.Prepend },
  { verb: Buffer.from('replace'), op: Op.Replace },
  { verb: Buffer.from('stats'), op: Op.Stats },
  { verb: Buffer.from('version'), op: Op.Version },
  { verb: Buffer.from('flush_all'), op: Op.FlushAll },
  { verb: Buffer.from('verbosity'), op: Op.Verbosity },
  { verb: Buffer.from('watch'), op: Op.Administer },
  { verb: Buffer.from('shutdown'), op: Op.Administer },
  { verb: Buffer.from('lru_crawler'), op: Op.Administer },
  { verb: Buffer.from('slabs'), op: Op.Administer },
  { verb: Buffer.from('cache_memlimit'), op: Op.Administer },
]

/** The command called `bytes[start, end)`; {@link Op.Reject} where there is none. Case matters. */
export function verbOf(bytes: Buffer, start: number, end: number): Op {
  switch (end - start) {
    case 2:
      return twoLetters((bytes[start] << 8) | bytes[start + 1])
    case 3:
      return threeLetters((bytes[start] << 16) | (bytes[start + 1] << 8) | bytes[start + 2])
    case 4:
      return fourLetters(
        (bytes[start] << 24) |
          (bytes[start + 1] << 16) |
          (bytes[start + 2] << 8) |
          bytes[start + 3],
      )
    default:
      return longVerb(bytes, start, end)
  }
}

function twoLetters(verb: number): Op {
  switch (verb) {
    case MG:
      return Op.MetaGet
    case MS:
      return Op.MetaSet
    case MD:
      return Op.MetaDelete
    case MA:
      return Op.MetaArithmetic
    case ME:
      return Op.MetaDebug
    case MN:
      return Op.MetaNoop
    default:
      return Op.Reject
  }
}

function threeLetters(verb: number): Op {
  switch (verb) {
    case GET:
      return Op.Get
    case SET:
      return Op.Set
    case ADD:
      return Op.Add
    case CAS:
      return Op.Cas
    case GAT:
      return Op.Gat
    default:
      return Op.Reject
  }
}

function fourLetters(verb: number): Op {
  switch (verb) {
    case GETS:
      return Op.Gets
    case GATS:
      return Op.Gats
    case INCR:
      return Op.Increment
    case DECR:
      return Op.Decrement
    case QUIT:
      return Op.Quit
    default:
      return Op.Reject
  }
}

function longVerb(bytes: Buffer, start: number, end: number): Op {
  for (let i = 0; i < LONG_VERBS.length; i++) {
    const { verb, op } = LONG_VERBS[i]
    if (bytesEqual(bytes, start, end, verb, 0, verb.length)) return op
  }
  return Op.Reject
}
