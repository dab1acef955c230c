import { testTransport } from '@pelikan/testkit'
import { UringTransport, uringSupport } from '@pelikan/transport-uring'
import { describe, it } from 'vitest'

const support = uringSupport()
if (support.ok) {
  testTransport('uring', (budget) => new UringTransport({ budget }))
} else {
  describe('transport uring', () => {
    it.skip(`cannot be tested here: ${support.reason}`, () => {})
  })
}
