import { type Attempt, recordProgress } from '#catalog/attempts.ts'
import type { Progress } from '#contract/video.ts'
import type { Context } from './context.ts'

export interface ProgressReport {
  /** Told at most twice a second; the last word before a silence may be dropped. */
  tell(progress: Progress): void
  /** Resolves once nothing is being written any more. */
  settle(): Promise<void>
}

const intervalMs = 500

/**
 * Writes progress to the video's row without keeping the work waiting.
 * `onStale` is called when the row no longer knows this attempt: the video is gone or somebody else works on it.
 */
export function reportProgress(
  { catalog, logger }: Pick<Context, 'catalog' | 'logger'>,
  attempt: Attempt,
  onStale: () => void,
): ProgressReport {
  let toldAt = 0
  let stage: Progress['stage'] | undefined
  let writing: Promise<void> | undefined

  async function write(progress: Progress): Promise<void> {
    try {
      if (!(await recordProgress(catalog.database, attempt, progress))) onStale()
    } catch (error) {
      // Progress is a courtesy; a database that is away for a moment must not cost the work.
      logger.warn({ err: error, videoId: attempt.videoId }, 'could not record progress')
    } finally {
      writing = undefined
    }
  }

  return {
    tell(progress) {
      const isNews = progress.stage !== stage
      if (writing || (!isNews && performance.now() - toldAt < intervalMs)) return
      stage = progress.stage
      toldAt = performance.now()
      writing = write(progress)
    },
    settle: async () => writing,
  }
}

/** Progress of a stage that is `doneS` seconds into `wholeS` seconds of video. */
export function stageProgress(stage: Progress['stage'], doneS: number, wholeS: number | null, speed: number): Progress {
  const share = wholeS ? Math.min(1, doneS / wholeS) : 0
  const secondsLeft = wholeS && speed > 0 ? Math.max(0, (wholeS - doneS) / speed) : null
  return { stage, percent: Math.round(share * 1_000) / 10, speed: Math.max(0, speed), secondsLeft }
}
