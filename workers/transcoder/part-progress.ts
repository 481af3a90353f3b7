import { type Attempt, recordProgress } from '#catalog/attempts.ts'
import { sumProgress } from '#catalog/part-sums.ts'
import { type PartClaim, recordPartProgress } from '#catalog/parts.ts'
import type { Context } from './context.ts'
import { ladderProgress } from './ladder-progress.ts'
import { perSecond } from './media/source/frame-rate.ts'
import type { Plan } from './plan.ts'

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
  let told = 0
  let startedAt: number | undefined
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    const elapsedS = startedAt === undefined ? 0 : (performance.now() - startedAt) / 1_000
    const speed = elapsedS > 0 ? frames / rate / elapsedS : 0
    told = frames
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
      // The sum of all parts lacks nothing of those that are done.
      if (told < frames) await write()
    },
  }
}

/** Parts are cut once people can watch, or can't yet: from then on the ladder is what is waited for. */
async function tellVideo({ catalog }: Context, attempt: Attempt, plan: Plan): Promise<void> {
  const sums = await sumProgress(catalog.database, attempt)
  await recordProgress(catalog.database, attempt, ladderProgress(plan, sums))
}
