import type { TakenTranscode } from '#catalog/jobs.ts'
import type { Context } from './context.ts'
import { workPart } from './work-part.ts'
import { workVideo } from './work-video.ts'

/**
 * One job from claim to outcome. Resolves when there is nothing more to do about it, be it done, failed for good or
 * somebody else's by now; rejects when it should be tried again.
 */
export async function workJob(context: Context, { id, data, signal }: TakenTranscode): Promise<void> {
  if (data.kind === 'video') return workVideo(context, { jobId: id, videoId: data.videoId, signal })
  return workPart(context, { ...data, jobId: id, signal })
}
