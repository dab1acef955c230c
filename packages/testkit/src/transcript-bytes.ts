/**
 * Lines of a transcript that are bytes: words of hex digits, texts in quotes, and tokens of eight bytes
 * that a server chose.
 *
 * ```text
 *   >x 80 00 0001 00 00 0000 00000001 0000abcd 0000000000000000 "a"
 *   <x 81 00 0000 04 00 0000 00000006 0000abcd {new cas} 00000000 "hi"      remembered
 *   <x 81 00 0000 04 00 0000 00000006 0000abcd {cas} 00000000 "hi"          that one; {not cas}: another
 *   <x 81 0b 0000 00 00 0000 00000006 00000000 0000000000000000 ?6         any six bytes
 *   >x 80 01 .. "v"*20000                                                    a text repeated
 * ```
 *
 * @module
 */

export type BytesPart =
  | { readonly kind: 'text'; readonly latin1: string }
  | { readonly kind: 'token'; readonly how: string; readonly name: string }
  | { readonly kind: 'any'; readonly length: number }

const WORD =
  /\s*(?:"((?:[^"\\]|\\.)*)"(?:\*(\d+))?|\{(?:(new|not) )?([a-z]\w*)\}|\?(\d+)|([0-9a-f]+))/gy

/** Bytes of a token. */
export const TOKEN_BYTES = 8

/** @throws SyntaxError where `text` is no such line */
export function parseBytes(text: string): readonly BytesPart[] {
  const parts: BytesPart[] = []
  WORD.lastIndex = 0
  for (;;) {
    const at = WORD.lastIndex
    const match = WORD.exec(text)
    if (match === null) {
      if (text.slice(at).trim() === '') return parts
      throw new SyntaxError(`no bytes: ${text.slice(at)}`)
    }
    const [, quoted, times, how, name, any, hex] = match
    if (quoted !== undefined) {
      const latin1 = quoted.replace(/\\(.)/g, '$1').repeat(Number(times ?? 1))
      parts.push({ kind: 'text', latin1 })
    } else if (name !== undefined) {
      parts.push({ kind: 'token', how: how ?? '', name })
    } else if (any !== undefined) {
      parts.push({ kind: 'any', length: Number(any) })
    } else {
      parts.push({ kind: 'text', latin1: Buffer.from(hex ?? '', 'hex').toString('latin1') })
    }
  }
}
