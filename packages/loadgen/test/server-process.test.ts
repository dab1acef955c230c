import { ServerProcess } from '@pelikan/loadgen'
import { expect, it } from 'vitest'

it('hears everything that a server prints, on both streams', async () => {
  const script = `console.log('out'); console.error('err'); require('node:net').createServer(s => s.on('data', () => { console.log('asked'); s.write('yes') })).listen({port}, '127.0.0.1')`
  let printed = ''
  const server = await ServerProcess.start({
    command: `node -e "${script}"`,
    probe: { request: 'you?', reply: 'yes' },
    printed: (text) => (printed += text),
  })
  try {
    await expect.poll(() => printed.split('\n').toSorted()).toEqual(['', 'asked', 'err', 'out'])
  } finally {
    await server.stop()
  }
})

it('refuses a command of no words', async () => {
  const probe = { request: 'you?', reply: 'yes' }
  await expect(ServerProcess.start({ command: ' ', probe })).rejects.toMatchObject({
    code: 'PELIKAN_LOAD_INVALID_OPTION',
  })
})
