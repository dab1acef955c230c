/** The files that are committed are those that the sources make. */
import { pageFiles } from '@pelikan/live'
import { expect, it } from 'vitest'
import { buildPage } from '../build-page.ts'

it('is what a build makes of page/: node packages/live/build-page.ts', async () => {
  const built = [...(await buildPage()).values()]
  const files = pageFiles()
  expect(files).toHaveLength(built.length)
  for (const { bytes, path } of files) {
    expect(
      built.some((text) => bytes.equals(Buffer.from(text))),
      path,
    ).toBe(true)
  }
})

it('asks for nothing from elsewhere', () => {
  for (const { bytes, path } of pageFiles()) {
    const urls = bytes.toString().match(/https?:\/\/[\w.]+/g) ?? []
    expect(
      // The names of SVG and of XHTML in the DOM.
      urls.filter((url) => url !== 'http://www.w3.org'),
      path,
    ).toEqual([])
  }
})
