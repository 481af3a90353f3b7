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

const order: Progress['stage'][] = ['waiting', 'reading', 'first', 'ladder', 'publishing', 'done']

/** What is told after `last`: no stage is gone back to, and within one nothing is taken back. Null where there is no news. */
export function onward(last: Progress | null, next: Progress): Progress | null {
  if (!last || order.indexOf(next.stage) > order.indexOf(last.stage)) return next
  if (next.stage !== last.stage) return null
  return { ...next, percent: Math.max(last.percent, next.percent) }
}

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
  let last: Progress | null = null
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
      const next = onward(last, progress)
      if (!next) return
      const isNewStage = next.stage !== last?.stage
      if (writing || (!isNewStage && performance.now() - toldAt < intervalMs)) return
      last = next
      toldAt = performance.now()
      writing = write(next)
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
