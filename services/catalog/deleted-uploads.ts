import type { Kysely } from 'kysely'
import { AppError } from '#contract/errors.ts'
import type { Database } from './schema.ts'

/** In the transaction that deletes the video: whoever sends its upload again, for want of an answer, is told of that. */
export async function rememberDeletedUpload(database: Kysely<Database>, uploadId: string): Promise<void> {
  await database
    .insertInto('deleted_upload')
    .values({ upload_id: uploadId })
    .onConflict((conflict) => conflict.column('upload_id').doNothing())
    .execute()
}

/** Throws `video_deleted` where this upload became a video that is deleted. */
export async function requireNotDeleted(database: Kysely<Database>, uploadId: string): Promise<void> {
  const known = await database
    .selectFrom('deleted_upload')
    .select('upload_id')
    .where('upload_id', '=', uploadId)
    .executeTakeFirst()
  if (known) throw new AppError('video_deleted')
}

/** Those that nobody sends again. */
export async function forgetDeletedUploads(database: Kysely<Database>, olderThan: Date): Promise<void> {
  await database.deleteFrom('deleted_upload').where('deleted_at', '<', olderThan).execute()
}
