/** Watching a server, over streams that are cut anywhere. */
import { EventStream, type LiveEvent, watch } from '@pelikan/live'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { about, sample, served, text } from './streams.ts'

const BASE = 'http://127.0.0.1:9998'
const END: LiveEvent = { type: 'end', data: { reason: 'the server stops' } }

async function all(events: AsyncIterable<LiveEvent>): Promise<LiveEvent[]> {
  const got: LiveEvent[] = []
  for await (const event of events) got.push(event)
  return got
}

describe('a stream of events', () => {
  it('is the same however it is cut', () => {
    const whole = text({ type: 'about', data: about }, { type: 'sample', data: sample(1) }, END)
    const property = fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
      const stream = new EventStream()
      const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
      const got = places
        .slice(1)
        .flatMap((end, i) => stream.take(whole.slice(places[i], end)))
        .map(({ type }) => type)
      expect(got).toEqual(['about', 'sample', 'end'])
    })
    fc.assert(property)
  })

  it('skips what it does not know', () => {
    const known = 'retry: 5\n\n: still here\n\nevent: end\ndata: {}\n\n'
    expect(new EventStream().take(known)).toEqual([{ type: 'end', data: '{}' }])
  })

  it('holds no line without an end', () => {
    const stream = new EventStream()
    const piece = 'x'.repeat(1024 * 1024)
    expect(() => {
      for (let i = 0; i < 6; i++) stream.take(piece)
    }).toThrow(RangeError)
  })
})

describe('watching', () => {
  it('gives every event, up to the end', async () => {
    const events: LiveEvent[] = [
      { type: 'about', data: about },
      { type: 'sample', data: sample(5, { get: 1 }) },
      END,
    ]
    const { asked, fetch } = served(text(...events))
    expect(await all(watch(`${BASE}/some/path`, { fetch }))).toEqual(events)
    expect(asked[0].url).toBe(`${BASE}/live`)
    expect(asked[0].headers.has('authorization')).toBe(false)
  })

  it('brings the token, and says which sample it has', async () => {
    const { asked, fetch } = served(text(END))
    await all(watch(BASE, { fetch, token: 'secret', since: 17 }))
    expect(asked[0].headers.get('authorization')).toBe('Bearer secret')
    expect(asked[0].headers.get('last-event-id')).toBe('17')
  })

  it.each([
    ['nobody listens', undefined, 'PELIKAN_LIVE_UNREACHABLE', /9998 does not answer: .*REFUSED/],
    ['the token is wrong', new Response('', { status: 401 }), 'PELIKAN_LIVE_TOKEN_NEEDED', /token/],
    [
      'it is full',
      new Response('8 watch already\n', { status: 503, headers: { 'content-type': 'text/plain' } }),
      'PELIKAN_LIVE_REFUSED',
      /answers 503, 8 watch already$/,
    ],
    [
      'it is another server',
      new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      'PELIKAN_LIVE_REFUSED',
      /answers 200$/,
    ],
    ['it closes', text({ type: 'about', data: about }), 'PELIKAN_LIVE_DISCONNECTED', /closed it/],
    ['it is nonsense', 'event: sample\ndata: {]\n\n', 'PELIKAN_LIVE_DISCONNECTED', /JSON/],
  ])('says why not where %s', async (_, body, code, message) => {
    const { fetch } = served(body)
    const watched = all(watch(BASE, { fetch }))
    await expect(watched).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  it('ends without a word when it is told to', async () => {
    const ends = new AbortController()
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(Buffer.from(text({ type: 'about', data: about })))
        ends.signal.addEventListener('abort', () => controller.error(ends.signal.reason))
      },
    })
    const headers = { 'content-type': 'text/event-stream' }
    const { fetch } = served(new Response(body, { headers }))
    const got: LiveEvent[] = []
    for await (const event of watch(BASE, { fetch, signal: ends.signal })) {
      got.push(event)
      ends.abort()
    }
    expect(got.map(({ type }) => type)).toEqual(['about'])
  })
})
