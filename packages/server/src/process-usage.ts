/**
 * What the process takes of the machine, which the system counts: brought into the metrics when somebody
 * is about to read them. Names are Pelikan's.
 *
 * @module
 */
import { type MetricDefinition, type Metrics, counter, gauge } from '@pelikan/metrics'

export const processMetrics: {
  readonly pid: MetricDefinition<'gauge'>
  readonly uptime: MetricDefinition<'gauge'>
  readonly userTime: MetricDefinition<'counter'>
  readonly systemTime: MetricDefinition<'counter'>
  readonly residentBytes: MetricDefinition<'gauge'>
  readonly heapBytes: MetricDefinition<'gauge'>
  readonly minorFaults: MetricDefinition<'counter'>
  readonly majorFaults: MetricDefinition<'counter'>
  readonly voluntarySwitches: MetricDefinition<'counter'>
  readonly involuntarySwitches: MetricDefinition<'counter'>
} = {
  pid: gauge('pid', 'id', 'Number of the process.'),
  uptime: gauge('uptime', 'seconds', 'Time since the process began.'),
  userTime: counter('ru_utime', 'nanoseconds', 'CPU time in the program.'),
  systemTime: counter('ru_stime', 'nanoseconds', 'CPU time in the kernel.'),
  residentBytes: gauge('ru_rss', 'bytes', 'Resident memory of the process.'),
  heapBytes: gauge('heap_used', 'bytes', 'JavaScript heap in use on the main thread.'),
  minorFaults: counter('ru_minflt', 'faults', 'Page faults that needed no reading.'),
  majorFaults: counter('ru_majflt', 'faults', 'Page faults that needed reading.'),
  voluntarySwitches: counter('ru_nvcsw', 'events', 'Times that a thread waited.'),
  involuntarySwitches: counter('ru_nivcsw', 'events', 'Times that a thread was made to wait.'),
}

/** What the system counts from the start of the process. */
const COUNTED = [
  'userTime',
  'systemTime',
  'minorFaults',
  'majorFaults',
  'voluntarySwitches',
  'involuntarySwitches',
] as const

/** @returns what brings the numbers of this process up to date, for the thread that `metrics` is of */
export function processUsage(metrics: Metrics): () => void {
  const bound = metrics.bind(processMetrics)
  return () => {
    const usage = process.resourceUsage()
    const memory = process.memoryUsage()
    const counted = {
      userTime: usage.userCPUTime * 1000,
      systemTime: usage.systemCPUTime * 1000,
      minorFaults: usage.minorPageFault,
      majorFaults: usage.majorPageFault,
      voluntarySwitches: usage.voluntaryContextSwitches,
      involuntarySwitches: usage.involuntaryContextSwitches,
    }
    for (const name of COUNTED) {
      // Whoever else brings it up to date has counted the rest.
      bound[name].add(counted[name] - metrics.read(processMetrics[name]))
    }
    bound.pid.set(process.pid)
    bound.uptime.set(Math.floor(process.uptime()))
    bound.residentBytes.set(memory.rss)
    bound.heapBytes.set(memory.heapUsed)
  }
}
