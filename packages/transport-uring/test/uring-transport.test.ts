import { testTransport } from '@pelikan/testkit'
import { UringTransport } from '@pelikan/transport-uring'

testTransport('uring', (budget) => new UringTransport({ budget }))
