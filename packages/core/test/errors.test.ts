import { type CoreErrorCode, PelikanError, ProtocolError } from '@pelikan/core'
import { describe, expect, expectTypeOf, it } from 'vitest'

type StorageErrorCode = 'PELIKAN_STORAGE_TOO_SMALL' | 'PELIKAN_STORAGE_GONE'
class StorageError extends PelikanError<StorageErrorCode> {}

describe('PelikanError', () => {
  it('has a code, a message and a cause', () => {
    const cause = new Error('disk')
    const error = new PelikanError('PELIKAN_X', 'it broke', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      code: 'PELIKAN_X',
      message: 'it broke',
      name: 'PelikanError',
      cause,
    })
    expect(String(error)).toBe('PelikanError: it broke')
  })

  it('has no cause unless one is given', () => {
    expect('cause' in new PelikanError('PELIKAN_X', 'it broke')).toBe(false)
  })

  it('is named for the class that is thrown', () => {
    const error = new StorageError('PELIKAN_STORAGE_GONE', 'gone')
    expect(error).toBeInstanceOf(PelikanError)
    expect(error.name).toBe('StorageError')
    expect(error.stack).toContain('errors.test.ts')
  })

  it('knows its codes by type', () => {
    const error = new StorageError('PELIKAN_STORAGE_GONE', 'gone')
    expectTypeOf(error.code).toEqualTypeOf<StorageErrorCode>()
    expectTypeOf<PelikanError['code']>().toEqualTypeOf<string>()
    // @ts-expect-error: no such code
    expect(new StorageError('PELIKAN_STORAGE_LOST', 'lost').code).toBe('PELIKAN_STORAGE_LOST')
  })
})

describe('ProtocolError', () => {
  it('has the code of its kind', () => {
    const error = new ProtocolError('no such verb')
    expect(error).toBeInstanceOf(PelikanError)
    expect(error).toMatchObject({ code: 'PELIKAN_PROTOCOL_ERROR', name: 'ProtocolError' })
    expectTypeOf(error.code).toEqualTypeOf<CoreErrorCode>()
  })

  it('says what the client is told, or that it is told nothing', () => {
    const reply = Buffer.from('ERROR\r\n')
    expect(new ProtocolError('no such verb', reply).reply).toBe(reply)
    expect(new ProtocolError('no such verb').reply).toBeUndefined()
  })
})
