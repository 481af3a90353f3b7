import type { ExtraAsked } from './extra-work.ts'

const lookEveryMs = 2_000

/** While an extra is made: aborts once its video is deleted, since a film takes minutes to read. */
export function watchForEnd({ context, job }: Pick<ExtraAsked, 'context' | 'job'>): {
  ended: AbortSignal
  stop(): void
} {
  const ended = new AbortController()
  async function look(): Promise<void> {
    const videos = context.catalog.database.selectFrom('video').select('id')
    const video = await videos.where('id', '=', job.videoId).executeTakeFirst()
    if (!video) ended.abort(new Error('The video of this extra is gone.'))
  }
  // A database that is away for a moment says nothing about the video.
  const timer = setInterval(() => void look().catch(() => {}), lookEveryMs)
  return { ended: ended.signal, stop: () => clearInterval(timer) }
}
