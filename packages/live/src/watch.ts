/**
 * Watches a server: the events of its `/live`. It runs in Node.js and in a browser, where `EventSource`
 * would do but for the token, which it cannot send.
 *
 * @module
 */
import { LiveError } from './errors.ts'
import { EventStream } from './event-stream.ts'
import { LIVE_PATH, type LiveEvent } from './sample.ts'

export interface WatchOptions {
  /** What the server wants as a bearer token, where it wants one. */
  readonly token?: string | undefined
  /** Time of the last sample that is known: what the server still has of later ones comes first. */
  readonly since?: number | undefined
  /** Ends it. */
  readonly signal?: AbortSignal
  /** How it connects; `fetch` without it. */
  readonly fetch?: typeof fetch
}

/** A server says something every second. */
const SILENCE_MS = 10_000
const REASON_MAX = 200

/**
 * @param base the URL of the admin endpoint; what stands behind its host is dropped
 * @throws LiveError where it cannot connect, where it is refused, and where the stream ends before the
 * server has said that it would
 */
export async function* watch(
  base: string | URL,
  options: WatchOptions = {},
): AsyncGenerator<LiveEvent, void, undefined> {
  const { signal } = options
  const silence = new AbortController()
  const ends = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal])
  let timer = alarm(silence)
  try {
    const body = await connect(new URL(LIVE_PATH, base), options, ends)
    const stream = new EventStream()
    const decoder = new TextDecoder()
    for await (const bytes of body) {
      clearTimeout(timer)
      timer = alarm(silence)
      for (const { data, type } of stream.take(decoder.decode(bytes, { stream: true }))) {
        const event = { type, data: JSON.parse(data) } as LiveEvent
        yield event
        if (event.type === 'end') return
      }
    }
  } catch (error) {
    if (signal?.aborted === true) return
    if (error instanceof LiveError) throw error
    const reason = silence.signal.aborted ? `nothing came for ${SILENCE_MS / 1000} s` : why(error)
    throw new LiveError('PELIKAN_LIVE_DISCONNECTED', `the connection ended: ${reason}`, {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
    // Whoever stops reading closes the connection.
    silence.abort()
  }
  throw new LiveError('PELIKAN_LIVE_DISCONNECTED', 'the connection ended: the server closed it')
}

async function connect(
  url: URL,
  { fetch: get = globalThis.fetch, since, token }: WatchOptions,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const headers = {
    accept: 'text/event-stream',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(since === undefined ? {} : { 'last-event-id': String(since) }),
  }
  let response: Response
  try {
    response = await get(url, { headers, signal, cache: 'no-store', redirect: 'error' })
  } catch (error) {
    throw new LiveError(
      'PELIKAN_LIVE_UNREACHABLE',
      `${url.origin} does not answer: ${why(error)}`,
      {
        cause: error,
      },
    )
  }
  if (response.status === 401) {
    throw new LiveError('PELIKAN_LIVE_TOKEN_NEEDED', `${url.origin} needs a token, or another one`)
  }
  const type = response.headers.get('content-type') ?? ''
  if (response.status !== 200 || !type.startsWith('text/event-stream') || response.body === null) {
    const said = type.startsWith('text/plain') ? await beginning(response) : ''
    const answer = `${response.status}${said === '' ? '' : `, ${said}`}`
    throw new LiveError('PELIKAN_LIVE_REFUSED', `${url.href} answers ${answer}`)
  }
  return pieces(response.body)
}

/** Of what a body holds; no browser but Firefox iterates over it. */
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

/** The first line of an answer; the rest is not waited for. */
async function beginning({ body }: Response): Promise<string> {
  if (body === null) return ''
  const reader = body.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return new TextDecoder().decode(value).split('\n', 1)[0]!.slice(0, REASON_MAX)
}

function alarm(silence: AbortController): ReturnType<typeof setTimeout> {
  return setTimeout(() => silence.abort(), SILENCE_MS)
}

/** What the system says, which Node.js puts into the cause. */
function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause, message } = error
  if (!(cause instanceof Error)) return message
  // Of a name with several addresses the message is empty and the code is not.
  return cause.message === '' ? String((cause as NodeJS.ErrnoException).code) : cause.message
}
