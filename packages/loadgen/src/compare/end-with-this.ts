/**
 * A process that ends however this one ends: a shell next to it waits for the end of a pipe that only this
 * process holds, and then kills the other with everything that it started.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'

/** Reads until its input ends, then kills the process group. */
const GUARD = 'read -r _; kill -KILL "-$0" 2>/dev/null'

/** @param child leads a process group of its own: it was started `detached` */
export function endWithThis(child: ChildProcess): void {
  if (child.pid === undefined) return
  const shell = spawn('sh', ['-c', GUARD, String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.on('error', () => {})
  shell.unref()
  if (shell.stdin instanceof Socket) shell.stdin.unref()
  child.once('exit', () => shell.kill('SIGKILL'))
}
