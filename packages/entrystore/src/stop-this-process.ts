/** End this process as TERM does, from whichever of its threads: what `shutdown` does to a server of its own. */
export function stopThisProcess(): void {
  process.kill(process.pid, 'SIGTERM')
}
