import type { TakenTranscode } from '#catalog/jobs.ts'
import type { Context } from './context.ts'
import { workSmaller } from './smaller/work-smaller.ts'
import { workPart } from './work-part.ts'
import { workVideo } from './work-video.ts'

/**
 * One job from claim to outcome. Resolves when there is nothing more to do about it, be it done, failed for good or
 * somebody else's by now, with `not_now` where a better moment should be waited for; rejects when it should be tried again.
 */
export async function workJob(context: Context, { id, data, signal }: TakenTranscode): Promise<unknown> {
  if (data.kind === 'video') return workVideo(context, { jobId: id, videoId: data.videoId, signal })
  if (data.kind === 'smaller') return workSmaller(context, { videoId: data.videoId, signal })
  return workPart(context, { ...data, jobId: id, signal })
}
