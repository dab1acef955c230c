import { MemoryBudget } from '@pelikan/buffer'
import { Metrics } from '@pelikan/metrics'
import { chooseTransport } from '@pelikan/transport-auto'
import { uringSupport } from '@pelikan/transport-uring'
import { describe, expect, it } from 'vitest'

const support = uringSupport()

describe('chooseTransport', () => {
  it('takes net where it is asked for', () => {
    expect(chooseTransport('net')).toMatchObject({ name: 'net', level: 'debug' })
  })

  it.runIf(support.ok)('takes uring where it works', () => {
    expect(chooseTransport('auto')).toMatchObject({ name: 'uring', level: 'debug' })
    expect(chooseTransport('uring')).toMatchObject({ name: 'uring', level: 'debug' })
  })

  it.runIf(!support.ok)('says why it falls back, and refuses what it cannot do', () => {
    const because = expect.stringContaining(support.ok ? '' : support.reason) as string
    expect(chooseTransport('auto')).toMatchObject({ name: 'net', level: 'info', because })
    expect(() => chooseTransport('uring')).toThrow(
      expect.objectContaining({ code: 'PELIKAN_URING_UNAVAILABLE' }),
    )
  })

  it('makes what it names, counting with the metrics that it names', async () => {
    for (const wanted of ['auto', 'net'] as const) {
      const choice = chooseTransport(wanted)
      const metrics = new Metrics([choice.metrics])
      const transport = choice.make({ budget: new MemoryBudget(1 << 20), metrics })
      expect(transport.name).toBe(choice.name)
      await transport.close()
    }
  })
})
