/** The live page as somebody sees it who watches a server under load. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Watched, hasBrowser, startBrowser, startLoad, startWatched } from './stage.ts'

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const TOKEN = 'correct-horse-battery-staple'

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

const title = 'the live page'
describe.skipIf(!hasBrowser)(hasBrowser ? title : `${title} (Chromium is not installed)`, () => {
  let watched: Watched
  let load: ChildProcess
  let browser: Browser
  const complaints: string[] = []
  const pages: Page[] = []

  beforeAll(async () => {
    ;[watched, browser] = await Promise.all([startWatched(), startBrowser()])
    // Some expire in seconds, and the heap is too small for all: everything that there is to see happens.
    const keys = ['--keys', '20000', '--value', 'lognormal:900,1,16k', '--zipf', '0.9']
    const mix = ['--mix', 'get=70,set=30', '--ttl', '4-40', '--rate', '2000', '--connections', '8']
    load = startLoad(watched.server, [...keys, ...mix])
  })
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()))
    const [complaint] = complaints.splice(0)
    if (complaint !== undefined) throw new Error(`the page complains: ${complaint}`)
  })
  afterAll(async () => {
    await browser.close()
    load.kill('SIGKILL')
    await watched.server.stop()
  })

  async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      // What a browser says of an answer that is no 2xx is no complaint of the page's.
      const isAnswer = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
    })
    pages.push(page)
    await page.goto(url)
    return page
  }

  const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

  /** The number that stands out in a panel. */
  async function value(page: Page, name: string): Promise<string> {
    return (await panel(page, name).locator('.value').innerText()).replace(/\s+/g, ' ')
  }

  /** Wait until there are samples, and requests in them. */
  async function live(page: Page): Promise<void> {
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    await expect.poll(() => value(page, 'Requests'), { timeout: 20_000 }).toMatch(/[1-9]/)
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE)
    const result = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run(),
    )
    return result.violations.map(
      ({ help, id, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
  }

  it('shows every figure, and they move', async () => {
    const page = await open(watched.admin)
    await live(page)
    expect(await page.title()).toBe('segcache')
    const regions = ['Requests', 'Latency', 'Hit ratio', 'Memory of items', 'Workers', 'Network']
    const lists = ['Commands', 'Hot keys', 'Largest items', 'Slow requests']
    for (const name of [...regions, 'Items dropped', 'Connections', 'Segments', ...lists]) {
      await panel(page, name).waitFor()
    }
    await expect.poll(() => value(page, 'Hit ratio')).toMatch(/\d %/)
    await expect.poll(() => value(page, 'Connections')).toBe('8')
    const chart = panel(page, 'Requests').getByRole('img')
    const label = await chart.getAttribute('aria-label')
    expect(label).toMatch(/^Requests per second, last 2 minutes: now [\d.]+ ?k?, between .* and /)
    await expect.poll(() => chart.getAttribute('aria-label')).not.toBe(label)
    await expect(panel(page, 'Commands').getByRole('row', { name: /^set/ }).count()).resolves.toBe(
      1,
    )
    await expect(panel(page, 'Workers').getByRole('row').count()).resolves.toBe(3)
  })

  it('draws: each chart has ink, and the map changes', async () => {
    const page = await open(watched.admin)
    await live(page)
    await panel(page, 'Hit ratio').waitFor()
    const canvases = page.locator('.chart canvas')
    expect(await canvases.count()).toBe(7)
    const ink = () =>
      canvases.evaluateAll((all) =>
        all.map((canvas) => {
          const { height, width } = canvas as HTMLCanvasElement
          const context = (canvas as HTMLCanvasElement).getContext('2d')!
          const { data } = context.getImageData(0, 0, width, height)
          return data.some((byte) => byte > 0)
        }),
      )
    await expect.poll(ink).toEqual(Array.from({ length: 7 }, () => true))
    const map = page.locator('.map canvas')
    const before = await map.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    await expect
      .poll(() => map.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()), {
        timeout: 15_000,
      })
      .not.toBe(before)
  })

  it.each(['light', 'dark'] as const)(
    'has nothing that axe objects to, %s',
    async (colorScheme) => {
      const page = await open(watched.admin, { colorScheme })
      await live(page)
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'Tables' }).click()
      expect(await violations(page)).toEqual([])
    },
  )

  it('fits a narrow screen', async () => {
    const page = await open(watched.admin, { viewport: { width: 360, height: 700 } })
    await live(page)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(360)
    expect(await violations(page)).toEqual([])
  })

  it('is used with the keyboard alone', async () => {
    const page = await open(watched.admin)
    await live(page)
    await expect.poll(() => page.getByLabel('Moment shown').getAttribute('max')).not.toBe('0')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Moment shown')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.locator('.moment b').innerText()).toMatch(/^\d\d:\d\d:\d\d$/)
    await page.keyboard.press('End')
    await expect.poll(() => page.locator('.moment b').innerText()).toBe('now')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('radio', { name: '10 min' }).isChecked()).toBe(true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('table', { name: /^Requests, every/ }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Paused').waitFor()
    const paused = await value(page, 'Requests')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Segment')
    await page.keyboard.press('End')
    const map = page.getByRole('slider', { name: 'Segment' })
    const last = (await map.getAttribute('aria-valuemax')) ?? ''
    await expect.poll(() => map.getAttribute('aria-valuetext')).toContain(`Segment ${last}: `)
    expect(await value(page, 'Requests')).toBe(paused)
  })

  it('shows the moment that the pointer is at', async () => {
    const page = await open(watched.admin)
    await live(page)
    await expect
      .poll(async () => Number(await page.getByLabel('Moment shown').inputValue()))
      .toBeGreaterThan(2)
    const chart = panel(page, 'Requests').locator('.u-over')
    const { height, width } = (await chart.boundingBox())!
    await chart.hover({ position: { x: width - 14, y: height / 2 } })
    await expect.poll(() => page.locator('.moment b').innerText()).toMatch(/^\d\d:\d\d:\d\d$/)
    await page.mouse.move(4, 4)
    await expect.poll(() => page.locator('.moment b').innerText()).toBe('now')
  })

  it('shows hot keys, large items and slow requests as they are called', async () => {
    const page = await browser.newPage()
    pages.push(page)
    const keys = [{ key: 'a <b>key</b>', count: 30, misses: 3, error: 0 }]
    const largest = [{ key: 'large', bytes: 2048 }]
    await page.route('**/hotkeys', (route) =>
      route.fulfill({ json: { sampled: 60, sample: 100, keys, largest } }),
    )
    const slow = {
      command: 'get',
      key: 'slow',
      bytes: 5,
      microseconds: 1500,
      at: '2026-01-01T00:00Z',
    }
    await page.route('**/slow', (route) => route.fulfill({ json: { requests: [slow] } }))
    await page.goto(watched.admin)
    await live(page)
    const hot = panel(page, 'Hot keys').getByRole('row', { name: 'a <b>key</b>' })
    expect((await hot.innerText()).split(/\s{2,}|\t|\n/)).toEqual(
      expect.arrayContaining(['3.00 k', '50.0 %', '10.0 %']),
    )
    expect(await panel(page, 'Largest items').innerText()).toContain('2.00 KiB')
    expect(await panel(page, 'Slow requests').innerText()).toContain('1.50 ms')
    expect(await violations(page)).toEqual([])
  })

  it('asks for the token, or takes it from the address and hides it there', async () => {
    const secret = await startWatched(['--admin-http-token', TOKEN])
    try {
      const page = await open(secret.admin)
      await page.getByRole('status').getByText('Token needed').waitFor()
      expect(await violations(page)).toEqual([])
      await page.getByLabel('Token', { exact: true }).fill(TOKEN)
      await page.keyboard.press('Enter')
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
      const linked = await open(`${secret.admin}/#token=${TOKEN}`)
      await panel(linked, 'Requests').waitFor()
      expect(linked.url()).toBe(`${secret.admin}/`)
    } finally {
      await secret.server.stop()
    }
  })

  it('says that the server is gone, and comes back with it', async () => {
    const first = await startWatched()
    const page = await open(first.admin)
    await panel(page, 'Requests').waitFor()
    await first.server.stop()
    await page.getByRole('status').getByText('Connection lost, trying again').waitFor()
    const again = await startWatched([], Number(new URL(first.admin).port))
    try {
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
      await page.getByText(`process ${again.server.pid}`).waitFor()
    } finally {
      await again.server.stop()
    }
  })
})

/** What has the focus, by its label. */
function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
}
