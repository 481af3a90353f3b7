import type { Kysely } from 'kysely'
import { AppError } from '#contract/errors.ts'
import { holdQuota, type QuotaDefaults, requireQuota } from './quota.ts'
import type { Database } from './schema.ts'

interface NewUpload {
  id: string
  ownerId: string
  /** 0 where it is not known yet. */
  sizeBytes: number
  /** The video whose file it is to replace, and who keeps that. */
  replaces?: { ownerId: string; sizeBytes: number }
}

/** Notes an upload before its first byte. Throws `quota` or `too_many_uploads`. */
export async function beginUpload(
  database: Kysely<Database>,
  { id, ownerId, sizeBytes, replaces }: NewUpload,
  limits: { quota: QuotaDefaults; mostUnfinished: number },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await holdQuota(transaction, ownerId)
    await requireQuota(transaction, replaces?.ownerId ?? ownerId, sizeBytes, limits.quota, replaces?.sizeBytes)
    const unfinished = await transaction
      .selectFrom('unfinished_upload')
      .select('id')
      .where('owner_id', '=', ownerId)
      .limit(limits.mostUnfinished)
      .execute()
    if (unfinished.length >= limits.mostUnfinished) throw new AppError('too_many_uploads')
    await transaction.insertInto('unfinished_upload').values({ id, owner_id: ownerId }).execute()
  })
}

/** It became a video, was given up, or is too old. */
export async function endUpload(database: Kysely<Database>, id: string): Promise<void> {
  await database.deleteFrom('unfinished_upload').where('id', '=', id).execute()
}

/** Notes whose bytes are not there any more, or never came. */
export async function forgetUploads(
  database: Kysely<Database>,
  { olderThan, except }: { olderThan: Date; except: readonly string[] },
): Promise<void> {
  await database
    .deleteFrom('unfinished_upload')
    .where('created_at', '<', olderThan)
    .$if(except.length > 0, (query) => query.where('id', 'not in', [...except]))
    .execute()
}
