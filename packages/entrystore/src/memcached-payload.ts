/** What memcached counts beside key, value and flags: 48 of its header, 8 of the cas, a NUL, a line end. */
const BOOKS = 59

/**
 * Bytes of key and value, and 4 of flags unless they are 0, that an item of at most `itemSizeMax` bytes has in the
 * eyes of memcached, so that its `-I` means the same here (checked against memcached 1.6.18 and 1.6.45).
 */
export function memcachedPayload(itemSizeMax: number): number {
  return itemSizeMax - BOOKS
}
