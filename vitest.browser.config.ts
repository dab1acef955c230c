import { defineConfig } from 'vitest/config'

/** The live page in Debian's Chromium, and `top`, beside a real server under real load. */
export default defineConfig({
  test: {
    include: ['examples/*/browser/**/*.browser.ts'],
    testTimeout: 40_000,
    hookTimeout: 60_000,
  },
})
