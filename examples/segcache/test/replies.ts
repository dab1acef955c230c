/**
 * What comes back from a memcached, read as a client reads it: whether it is made of replies, and of
 * how many.
 */

const LINE =
  /^(?:STORED|NOT_STORED|EXISTS|NOT_FOUND|DELETED|TOUCHED|OK|RESET|END|MN|\d+ *|(?:HD|NS|EX|NF|EN)(?: .*)?|ME .*|VERSION [^ ]+|ERROR.*|CLIENT_ERROR .+|SERVER_ERROR.+|BADCLASS .+|MEMLIMIT_.+)$/s
/** Lines of a reply that goes on. */
const INNER = /^(?:STAT [^ ]+ .*|key=[^ ]+ exp=.* |mg [^ ]+(?: b)?|ITEM [^ ]+ \[\d+ b; \d+ s\])$/s
const VALUE = /^(?:VALUE [^ ]+ \d+ (\d+)(?: \d+)?|VA (\d+)(?: .*)?)$/s

/** Replies in `text`, latin1. @throws Error where it is not made of replies */
export function countTextReplies(text: string): number {
  let count = 0
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    if (end < 0) throw new Error(`an open line: ${shown(text.slice(at))}`)
    const line = text.slice(at, text[end - 1] === '\r' ? end - 1 : end)
    at = end + 1
    const [, classic, meta] = VALUE.exec(line) ?? []
    const length = classic ?? meta
    if (length !== undefined) {
      at += Number(length)
      if (text.slice(at, at + 2) !== '\r\n') throw new Error(`behind ${shown(line)}: no end`)
      at += 2
      // The classic one goes on up to its END.
      if (meta !== undefined) count++
    } else if (LINE.test(line)) count++
    else if (!INNER.test(line)) throw new Error(`no reply: ${shown(line)}`)
  }
  return count
}

const HEADER_BYTES = 24
const RESPONSE_MAGIC = 0x81

/** The opaque of each binary reply in `text`, latin1. @throws Error where it is not made of replies */
export function opaquesOfReplies(text: string): number[] {
  const bytes = Buffer.from(text, 'latin1')
  const opaques: number[] = []
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== RESPONSE_MAGIC || bytes.length - at < HEADER_BYTES) {
      throw new Error(`no reply: ${shown(text.slice(at))}`)
    }
    const bodyLength = bytes.readUInt32BE(at + 8)
    const partsLength = bytes.readUInt16BE(at + 2) + bytes[at + 4]
    at += HEADER_BYTES + bodyLength
    if (partsLength > bodyLength || at > bytes.length) throw new Error('a body that does not fit')
    opaques.push(bytes.readInt32BE(at - bodyLength - HEADER_BYTES + 12))
  }
  return opaques
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}..` : text)
}
