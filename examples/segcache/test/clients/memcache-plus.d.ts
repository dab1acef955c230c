/** The part of npm `memcache-plus` that is tested; the package has no types. */
declare module 'memcache-plus' {
  type Value = string | Buffer

  interface Options {
    readonly hosts: readonly string[]
    /** Milliseconds that get, gets, delete, incr and decr wait for an answer. Default: 500. */
    readonly netTimeout?: number
    /** Bytes. Default: 1 MiB. */
    readonly maxValueSize?: number
    readonly onNetError?: (error: Error) => void
  }

  class MemcachePlus {
    constructor(options: Options)
    readonly set: (key: string, value: Value, ttl?: number) => Promise<void>
    readonly add: (key: string, value: Value, ttl?: number) => Promise<void>
    readonly replace: (key: string, value: Value, ttl?: number) => Promise<void>
    readonly append: (key: string, value: Value) => Promise<void>
    readonly prepend: (key: string, value: Value) => Promise<void>
    readonly cas: (key: string, value: Value, cas: string, ttl?: number) => Promise<boolean>
    readonly get: (key: string) => Promise<Value | null>
    readonly gets: (key: string) => Promise<[Value | null, string | null]>
    readonly getMulti: (keys: readonly string[]) => Promise<Record<string, Value | null>>
    readonly incr: (key: string, by: number) => Promise<number>
    readonly decr: (key: string, by: number) => Promise<number>
    readonly delete: (key: string) => Promise<boolean>
    readonly flush: () => Promise<boolean>
    readonly version: () => Promise<string>
    readonly disconnect: () => Promise<void>
  }

  export = MemcachePlus
}
