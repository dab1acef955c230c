/**
 * Measures one case, in a process that does nothing else: what one case teaches the compiler makes
 * another slower. Prints nanoseconds per operation, the median of tinybench's samples.
 *
 *     node bench/micro/run-case.ts 'parse/get x16/MemcacheParser' 200
 *
 * @module
 */
import { Bench } from 'tinybench'
import { cases } from './cases.ts'

const [name = '', time = '300'] = process.argv.slice(2)
const make = cases[name]
if (make === undefined) throw new TypeError(`there is no case "${name}"`)

const { check, operations, run } = make()
check()
const bench = new Bench({ time: Number(time), warmupTime: Number(time), throws: true })
bench.add(name, run)
const [task] = await bench.run()
const result = task?.result
if (result === undefined || !('latency' in result)) throw new Error(`"${name}" has no result`)
console.log((result.latency.p50 * 1e6) / operations)
