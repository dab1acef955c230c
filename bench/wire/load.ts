/**
 * Runs one load against a server that is up already, and prints one line of JSON.
 *
 *     node bench/wire/load.ts --port 11211 --pid $(pidof memcached) --pipeline 16 --seconds 5
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { LOAD_HELP, LOAD_OPTIONS, readLoad, readNumber } from './load-options.ts'
import { makeCodec } from './named-loads.ts'
import { fill, runLoad } from './run-load.ts'

const { values } = parseArgs({
  options: {
    ...LOAD_OPTIONS,
    port: { type: 'string', default: '11211' },
    pid: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`Usage: node bench/wire/load.ts [options]

  --port N              port of the server on 127.0.0.1 (11211)
  --pid N               process of the server, for its CPU time per request
  --seconds N           how long (5)
${LOAD_HELP}`)
} else {
  const load = readLoad(values)
  const target = {
    port: readNumber('port', values.port, 0, 1),
    pid: readNumber('pid', values.pid, 0, 0),
  }
  const shape = { ...load, seconds: readNumber('seconds', values.seconds, 0, 0) }
  const codec = makeCodec(load)
  await fill(target, codec, shape)
  console.log(JSON.stringify(await runLoad(target, codec, shape)))
}
