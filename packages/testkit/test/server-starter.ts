/** Starts a server and says where: what start-server.test.ts ends. It crashes when it is sent USR2. */
import { startServer } from '@pelikan/testkit'

const echo = `require('node:net').createServer().listen(+process.argv[1], '127.0.0.1')`
process.on('SIGUSR2', () => {
  throw new Error('the test crashed')
})
const server = await startServer({
  command: process.execPath,
  args: (port) => ['-e', echo, String(port)],
})
console.log(`listening at ${server.port}`)
