/**
 * What is asked for now and then: pages of the endpoint that not every server has.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks'
import { authorization } from './token.ts'

const EVERY_MS = 5000

/**
 * The JSON at `path`, asked for every five seconds; `undefined` where there is none.
 *
 * @param session asks again where this changes: another process may have what the one before had not
 */
export function usePolled(path: string, session: number | undefined): unknown {
  const [answer, setAnswer] = useState<unknown>()
  useEffect(() => {
    let timer = 0
    let isOver = false
    const ask = async (): Promise<void> => {
      try {
        const response = await fetch(path, { headers: authorization(), cache: 'no-store' })
        if (response.status === 404) return setAnswer(undefined)
        if (response.ok && !isOver) setAnswer(await response.json())
      } catch {
        // The stream notices that the server is gone, and says so.
      }
      if (!isOver) timer = setTimeout(() => void ask(), EVERY_MS)
    }
    if (session !== undefined) void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [path, session])
  return answer
}
