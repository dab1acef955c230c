/**
 * Takes the pictures of the live page for the guide, light and dark, while load runs.
 *
 *   node examples/segcache/browser/screenshots.ts [SECONDS]
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startBrowser, startLoad, startWatched } from './stage.ts'

const FOLDER = new URL('../../../docs/guide/', import.meta.url)
const SECONDS = Number(process.argv[2] ?? 100)
const VALUE = ['--value', 'lognormal:900,1,16k', '--connections', '8']

const { admin, server } = await startWatched(['--worker-latency-sample', '10'])
const loads = [
  ['--keys', '20000', '--zipf', '1', '--mix', 'get=80,set=20', '--ttl', '45', '--rate', '2000'],
  [
    '--keys',
    '40000',
    '--zipf',
    '1',
    '--mix',
    'get=85,set=14,delete=1',
    '--ttl',
    '280',
    '--rate',
    '1500',
  ],
  ['--keys', '40000', '--zipf', '0.9', '--mix', 'get=90,set=10', '--ttl', '5400', '--rate', '1200'],
  ['--keys', '20000', '--zipf', '1', '--mix', 'get=90,set=10', '--rate', '800'],
].map((load) => startLoad(server, [...VALUE, '--duration', String(SECONDS + 60), ...load]))
const browser = await startBrowser()
try {
  const pages = await Promise.all(
    (['light', 'dark'] as const).map(async (colorScheme) => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } })
      await page.goto(admin)
      return { colorScheme, page }
    }),
  )
  await sleep(SECONDS * 1000)
  for (const { colorScheme, page } of pages) {
    const path = fileURLToPath(new URL(`live-${colorScheme}.png`, FOLDER))
    await page.screenshot({ path, fullPage: true })
    console.log(path)
  }
} finally {
  await browser.close()
  for (const load of loads) load.kill('SIGKILL')
  await server.stop()
}
