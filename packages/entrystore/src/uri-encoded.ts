const RESERVED = /[^A-Za-z0-9\-._~]/g

/** A key, latin1, as memcached shows it where lines are for people and scripts: RFC 3986, byte by byte. */
export function uriEncoded(key: string): string {
  return key.replace(
    RESERVED,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
