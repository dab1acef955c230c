import { inertSection } from '../section.ts'

/** `[klog]`: the log of commands. Its keys are known and do nothing yet. */
export function klogSection() {
  return inertSection('there is no command log yet', [
    'file',
    'max_size',
    'sample',
    'max_keep_files',
    'backup',
    'interval',
    'queue_depth',
    'single_message_size',
  ])
}
