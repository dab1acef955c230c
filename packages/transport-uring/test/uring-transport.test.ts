import { testTransport } from '@pelikan/testkit'
import { UringTransport, uringSupport } from '@pelikan/transport-uring'
import { describe } from 'vitest'

const support = uringSupport()
const without = support.ok ? '' : ` (not here: ${support.reason})`

describe.runIf(support.ok)(`io_uring${without}`, () => {
  testTransport('uring', (budget) => new UringTransport({ budget }))
})
