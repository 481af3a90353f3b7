import { type Attempt, recordProgress } from '#catalog/attempts.ts'
import { sumProgress } from '#catalog/part-sums.ts'
import { type PartClaim, recordPartProgress } from '#catalog/parts.ts'
import type { Context } from './context.ts'
import { perSecond } from './media/source/frame-rate.ts'
import type { Plan } from './plan.ts'
import { stageProgress } from './report-progress.ts'

export interface PartProgress {
  tellFrames(frames: number): void
  /** Resolves once nothing is being written any more. */
  stop(): Promise<void>
}

export const silent: PartProgress = { tellFrames: () => {}, stop: async () => {} }

const intervalMs = 500

/**
 * Writes twice a second how far this part is, and to the video's row how far all of them are together.
 * `onStale` is called when the part is not ours any more: the video is gone, cancelled or failed, or another worker has it.
 */
export function reportPart(context: Context, claim: PartClaim, plan: Plan, onStale: () => void): PartProgress {
  const { database } = context.catalog
  const attempt = { videoId: claim.videoId, number: claim.attempt }
  const rate = perSecond(plan.ladder.frameRate)
  let frames = 0
  let startedAt: number | undefined
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    const elapsedS = startedAt === undefined ? 0 : (performance.now() - startedAt) / 1_000
    const speed = elapsedS > 0 ? frames / rate / elapsedS : 0
    try {
      if (await recordPartProgress(database, claim, { frames, speed })) await tellVideo(context, attempt, plan)
      else onStale()
    } catch (error) {
      // Progress is a courtesy; a database that is away for a moment must not cost the work.
      context.logger.warn({ err: error, ...claim }, 'could not record progress')
    } finally {
      writing = undefined
    }
  }

  const timer = setInterval(() => {
    writing ??= write()
  }, intervalMs)
  return {
    tellFrames(done) {
      startedAt ??= performance.now()
      frames = done
    },
    async stop() {
      clearInterval(timer)
      await writing
    },
  }
}

/** While the first version is being made, its progress is what the owner waits for. */
async function tellVideo({ catalog }: Context, attempt: Attempt, plan: Plan): Promise<void> {
  const { framesDone, speed, isFirstOpen } = await sumProgress(catalog.database, attempt)
  if (isFirstOpen) return
  const rate = perSecond(plan.ladder.frameRate)
  const wholeS = plan.frames === null ? null : plan.frames / rate
  await recordProgress(catalog.database, attempt, stageProgress('ladder', framesDone / rate, wholeS, speed))
}
