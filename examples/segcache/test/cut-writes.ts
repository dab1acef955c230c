/**
 * A network between a client and a server that delivers in pieces.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type TranscriptConnection, type TranscriptServer, cutAt } from '@pelikan/testkit'

/** Cuts of one write, some of which may fall together. */
const CUTS = 20

/** `server`, where each write arrives in pieces, a turn for each; `seed` says where they are cut. */
export function cutWrites(server: TranscriptServer, seed: number): TranscriptServer {
  // Numerical Recipes, 7.1: a linear congruential generator is random enough for places.
  let state = seed
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  return {
    connect: async () => slowly(await server.connect(), random),
    wait: server.wait,
  }
}

function slowly(connection: TranscriptConnection, random: () => number): TranscriptConnection {
  let before = Promise.resolve()
  return {
    write: (bytes) => {
      const places = Array.from({ length: CUTS }, () => Math.floor(random() * bytes.length))
      for (const piece of cutAt(bytes, places)) {
        before = before.then(() => nextTurn()).then(() => connection.write(piece))
      }
    },
    read: connection.read,
    end: () => void before.then(connection.end),
    destroy: connection.destroy,
  }
}
