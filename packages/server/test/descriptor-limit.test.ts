import { descriptorLimit } from '@pelikan/core'
import { descriptorWarning } from '@pelikan/server'
import { describe, expect, it } from 'vitest'

describe('the limit of descriptors', () => {
  it.skipIf(process.platform !== 'linux')('is what the system says', () => {
    expect(descriptorLimit()).toBeGreaterThan(10)
  })

  it('is worth a warning where it is below the connections that are allowed', () => {
    expect(descriptorWarning(1024, 1024)).toBe(
      'server.max_connections = 1024 cannot be reached: the system allows this process ' +
        '1024 open files (ulimit -n)',
    )
    expect(descriptorWarning(1024, 4096)).toBeUndefined()
    expect(descriptorWarning(1024, undefined)).toBeUndefined()
  })
})
