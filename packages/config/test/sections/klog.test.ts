import { debugSection, defineProgram, klogSection } from '@pelikan/config'
import { describe, expect, it } from 'vitest'
import { refusal, run } from '../programs.ts'

const program = defineProgram({
  name: 'logged',
  version: '1.0.0',
  description: 'A program with logs.',
  sections: { klog: klogSection(), debug: debugSection() },
})

describe('[klog]', () => {
  it('is as the original unless somebody says otherwise', () => {
    expect(run(program).config.klog).toEqual({
      sample: 100,
      maxSizeBytes: 1024 ** 3,
      maxKeepFiles: 3,
      intervalMs: 100,
      queueDepth: 4096,
      singleMessageSizeBytes: 1024,
    })
  })

  it.each([
    ['100', 100],
    ['"1s"', 1000],
    ['"250ms"', 250],
  ])('reads an interval of %s as %d ms', (written, intervalMs) => {
    const file = `[klog]\ninterval = ${written}\n`
    expect(run(program, [], { file }).config.klog).toMatchObject({ intervalMs })
  })

  it.each([
    ['--klog-interval', '0', 'must be whole milliseconds'],
    ['--klog-interval', '30 days', 'must be whole milliseconds'],
    ['--klog-sample', '-1', 'must be a whole number'],
    ['--klog-max-size', '10', 'must be a size of at least 1KB'],
    ['--klog-single-message-size', '1MB', 'must be a size from 128 to 4KB'],
    ['--klog-queue-depth', '300000', 'must be at most 256MB of klog.single_message_size'],
    ['--klog-file', '', 'must be the path of a file'],
  ])('refuses %s %j', (flag, value, words) => {
    expect(refusal(program, ['--klog-file', 'x', flag, value])).toContain(words)
  })

  it('warns of what has no effect without a file', () => {
    expect(run(program, ['--klog-sample', '1']).warnings).toEqual([
      'flag --klog-sample: klog.sample = "1" has no effect without klog.file',
    ])
    expect(run(program, ['--debug-log-max-size', '1MB']).warnings).toEqual([
      'flag --debug-log-max-size: debug.log_max_size = "1MB" has no effect without debug.log_file',
    ])
  })

  it('says what of the original has no effect', () => {
    const file = '[klog]\nbackup = "x.old"\nfile = "x"\n'
    expect(run(program, [], { file }).warnings).toEqual([
      'x.toml: [klog] backup (line 2) has no effect: older files have numbers; max_keep_files says how many there are',
    ])
  })
})

describe('[debug]', () => {
  it('puts a file aside each day, unless somebody says otherwise', () => {
    expect(run(program).config.debug).toEqual({
      logLevel: 'info',
      logRotationInterval: 'daily',
      logMaxSizeBytes: 1024 ** 3,
      logMaxKeepFiles: 7,
    })
    expect(refusal(program, ['--debug-log-rotation-interval', 'weekly'])).toContain('"none"')
  })
})
