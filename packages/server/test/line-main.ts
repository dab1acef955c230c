/**
 * A line server in the foreground: `node line-main.ts PORT THREADS TRANSPORT`, 0 threads for one worker on the
 * main thread. USR2 makes the main thread throw.
 */
import { ProcessBuilder, runProcess } from '@pelikan/server'
import { compose, lineConfig } from './line-composition.ts'

const [port, threads] = process.argv.slice(2).map(Number)
const transport = process.argv[4] === 'uring' ? 'uring' : 'net'
process.on('SIGUSR2', () => {
  throw new Error('the main thread fails')
})
const server = new ProcessBuilder(compose({ ...lineConfig(), transport }), {
  listen: [{ host: '127.0.0.1', port }],
  drainTimeoutMs: 300,
  ...(threads === 0 ? {} : { threads }),
}).spawn()
await runProcess(server, { banner: () => ['ready'] })
