/**
 * Measures one case, in a process that does nothing else: what one case teaches the compiler makes
 * another slower. Prints nanoseconds per operation, the median of tinybench's samples.
 *
 *     node bench/micro/run-case.ts 'parse/get x16/MemcacheParser' 200
 *
 * @module
 */
import { Bench } from 'tinybench'
import { benchCommand, runCommand, whole } from '../report/command-line.ts'
import { cases } from './cases.ts'

const command = benchCommand('bench/micro/run-case.ts', 'One case: nanoseconds per operation.')
  .argument('<case>', 'as run.ts shows it')
  .argument('[ms]', 'time for its samples', whole(1), 300)

await runCommand(command, async ({ print }) => {
  const [name, time] = command.processedArgs as [string, number]
  const make = cases[name]
  if (make === undefined) return command.error(`there is no case "${name}"`)
  const { check, operations, run } = make()
  check()
  const bench = new Bench({ time, warmupTime: time, throws: true })
  bench.add(name, run)
  const [task] = await bench.run()
  const result = task?.result
  if (result === undefined || !('latency' in result)) throw new Error(`"${name}" has no result`)
  print(String((result.latency.p50 * 1e6) / operations))
})
