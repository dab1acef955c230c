/**
 * What a transport is told where the rules of a container forbid io_uring: this process makes such rules for
 * itself. `node forbidden.ts ERRNO` prints it; `node forbidden.ts ERRNO COMMAND...` becomes that command instead.
 */
import { UringTransport, uringSupport } from '@pelikan/transport-uring'

const ffi = process.getBuiltinModule('node:ffi')
const { prctl } = ffi.dlopen(null, {
  prctl: { return: 'int32', arguments: ['int32', 'uint64', 'uint64', 'uint64', 'uint64'] },
}).functions

const PR_SET_NO_NEW_PRIVS = 38
const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2n

/** struct sock_filter: code 2, jump if true 1, if false 1, value 4. */
const rules: [code: number, yes: number, no: number, value: number][] = [
  [0x20, 0, 0, 0], // load the number of the system call
  [0x35, 0, 2, 425], // below io_uring_setup: allow
  [0x25, 1, 0, 427], // above io_uring_register: allow
  [0x06, 0, 0, 0x0005_0000 | Number(process.argv[2])], // fail with this error
  [0x06, 0, 0, 0x7fff_0000], // allow
]
const filter = Buffer.alloc(rules.length * 8)
for (const [i, [code, yes, no, value]] of rules.entries()) {
  filter.writeUInt16LE(code, i * 8)
  filter.writeUInt8(yes, i * 8 + 2)
  filter.writeUInt8(no, i * 8 + 3)
  filter.writeUInt32LE(value, i * 8 + 4)
}
const program = Buffer.alloc(16)
program.writeUInt16LE(rules.length)
program.writeBigUInt64LE(ffi.getRawPointer(filter), 8)
if (prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n) < 0) throw new Error('no new privileges: failed')
const at = ffi.getRawPointer(program)
if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, at, 0n, 0n) < 0) throw new Error('seccomp: failed')

const [command, ...args] = process.argv.slice(3)
if (command !== undefined) process.execve?.(command, [command, ...args], process.env)

let thrown: unknown
try {
  void new UringTransport()
} catch (error) {
  thrown = error
}
console.log(JSON.stringify({ support: uringSupport(), code: (thrown as { code?: string }).code }))
