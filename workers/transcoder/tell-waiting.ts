import { type Attempt, recordProgress } from '#catalog/attempts.ts'
import type { Progress } from '#contract/video.ts'
import type { Context } from './context.ts'
import type { Away } from './find-away.ts'

/** Says on the video's page what its work waits for. A courtesy: a database that is away can't be told that it is. */
export async function tellWaiting(
  { catalog, logger }: Pick<Context, 'catalog' | 'logger'>,
  attempt: Attempt,
  away: Away,
): Promise<void> {
  if (away === 'database') return
  const progress: Progress = { stage: away, percent: 0, speed: 0, secondsLeft: null }
  await recordProgress(catalog.database, attempt, progress).catch((error) => {
    logger.warn({ err: error, videoId: attempt.videoId }, 'could not tell what a video waits for')
  })
}

/** Whether that was the last word: the next try is no news until it gets further. */
export function isWaiting(progress: Progress | null): boolean {
  return progress?.stage === 'room' || progress?.stage === 'storage'
}
