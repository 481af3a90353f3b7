import { isAnotherWaiting } from '#catalog/video-turns.ts'
import type { ReadWork } from './work.ts'

const lookEveryMs = 1_000

/**
 * Gives what throws once a first version has been shown for as long as one person's may hold a worker, and somebody else's
 * video waits for one. Asks the queue once a second at most.
 */
export function watchForOthers({ context, attempt }: ReadWork): () => Promise<void> {
  const begunAtMs = performance.now()
  let askAtMs = begunAtMs + context.config.firstHoldS * 1_000
  return async () => {
    if (performance.now() < askAtMs) return
    askAtMs = performance.now() + lookEveryMs
    // A database that is away for a moment is nobody's video; the next look tells more.
    if (await isAnotherWaiting(context.catalog.database, attempt.videoId).catch(() => false)) throw new OthersWait()
  }
}

/** Somebody who can't show anything yet waits for this worker. */
export class OthersWait extends Error {
  override name = 'OthersWait'
  override message = 'others wait for a worker'
}
