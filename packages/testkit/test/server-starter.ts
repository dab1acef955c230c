/** Starts a server and says where: what start-server.test.ts kills. */
import { startServer } from '@pelikan/testkit'

const echo = `require('node:net').createServer().listen(+process.argv[1], '127.0.0.1')`
const server = await startServer({
  command: process.execPath,
  args: (port) => ['-e', echo, String(port)],
})
console.log(`listening at ${server.port}`)
if (process.argv[2] === 'crash') {
  setImmediate(() => {
    throw new Error('the test crashed')
  })
}
