/**
 * Runs of loaders that are under way in this thread, so that calls for one key share one run.
 *
 * A run is forgotten when its key is set or deleted meanwhile: whoever waits gets what it loads, but it is
 * no longer what belongs under the key.
 *
 * @module
 */
export class Loads {
  readonly #runs = new Map<string, Promise<Buffer>>()

  get isEmpty(): boolean {
    return this.#runs.size === 0
  }

  /**
   * What the run under `name` loads, which begins where there is none.
   *
   * @param store called with what was loaded, unless the run was forgotten
   */
  async share(
    name: string,
    load: () => Promise<Buffer>,
    store: (value: Buffer) => void,
  ): Promise<Buffer> {
    const before = this.#runs.get(name)
    if (before !== undefined) return before
    const { promise, reject, resolve } = Promise.withResolvers<Buffer>()
    this.#runs.set(name, promise)
    try {
      const value = await load()
      if (this.#runs.get(name) === promise) store(value)
      resolve(value)
    } catch (error) {
      reject(error)
    } finally {
      if (this.#runs.get(name) === promise) this.#runs.delete(name)
    }
    return promise
  }

  forget(name: string): void {
    this.#runs.delete(name)
  }

  forgetAll(): void {
    this.#runs.clear()
  }
}
