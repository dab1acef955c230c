/** The part of npm `connect-memcached` that is tested; the package has no types. */
declare module 'connect-memcached' {
  type Done = (error: unknown, result?: unknown) => void

  interface Store {
    readonly get: (id: string, done: Done) => void
    readonly set: (id: string, session: object, done: Done) => void
    readonly touch: (id: string, session: object, done: Done) => void
    readonly destroy: (id: string, done: Done) => void
    readonly client: { readonly end: () => void }
  }

  interface Options {
    readonly hosts: readonly string[]
    readonly prefix: string
    /** Sessions are stored encrypted. */
    readonly secret?: string
    /** How long a server that failed is thought dead, in milliseconds; a setting of npm `memcached`. */
    readonly retry?: number
  }

  /** @param session what `express-session` exports */
  function connectMemcached(session: {
    readonly Store: new () => object
  }): new (options: Options) => Store

  export = connectMemcached
}
