/** A case that says who it is, and never ends of its own accord. */
console.error(process.pid)
for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
