/**
 * The token of the endpoint: from the fragment of the URL, `#token=...`, which no server is sent, or typed
 * in. It is kept as long as the tab is open.
 *
 * @module
 */

const KEY = 'pelikan-token'

export function knownToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given !== null && given !== '') {
    keepToken(given)
    // Out of sight, and out of the history.
    history.replaceState(undefined, '', location.pathname)
  }
  return sessionStorage.getItem(KEY) ?? undefined
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token)
}

/** The headers that a request needs. */
export function authorization(): Record<string, string> {
  const token = knownToken()
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}
