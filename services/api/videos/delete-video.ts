import { rememberDeletedUpload } from '#catalog/deleted-uploads.ts'
import { requestErasure } from '#catalog/erasures.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { stragglerSeconds } from '#catalog/sweep-times.ts'
import type { Context } from '../context.ts'

/**
 * The row goes first: from then on nobody can watch, and a worker's publishing changes nothing.
 * The bytes follow by jobs that survive a crash, and so do its plays; a second sweep takes what a late worker may still
 * have written.
 */
export async function deleteVideo({ catalog }: Context, video: Pick<VideoRow, 'id'>): Promise<void> {
  await catalog.database.transaction().execute(async (transaction) => {
    await requestErasure(transaction, video.id, { isVideoGone: true })
    // Told by the row as it goes: its file may have been replaced since somebody read it.
    const gone = await transaction
      .deleteFrom('video')
      .where('id', '=', video.id)
      .returning(['upload_id', 'source_key', 'former'])
      .executeTakeFirst()
    if (gone?.upload_id) await rememberDeletedUpload(transaction, gone.upload_id)
    await catalog.jobs.queueSweepIn(transaction, `videos/${video.id}`, 0)
    await catalog.jobs.queueSweepIn(transaction, `videos/${video.id}`, stragglerSeconds)
    for (const key of [gone?.source_key, gone?.former?.sourceKey])
      if (key) await catalog.jobs.queueSweepIn(transaction, key, 0)
  })
}
