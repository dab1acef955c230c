import { testTransport } from '@pelikan/testkit'
import { NetTransport } from '@pelikan/transport-net'

testTransport('net', (budget) => new NetTransport({ budget }))
