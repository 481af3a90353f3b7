import type { Kysely } from 'kysely'
import { AppError } from '#contract/errors.ts'
import { newVideoId } from '#contract/ids.ts'
import type { Visibility } from '#contract/video.ts'
import type { Database } from './schema.ts'

/** Whoever has so many begins no more: they are rows that cost nothing and could be without end. */
const mostDrafts = 100

/**
 * A video before its first byte, so that its page and link exist while it is uploaded or recorded. Gives its id.
 * Throws `too_many_drafts`.
 */
export async function createDraft(
  database: Kysely<Database>,
  draft: { ownerId: string; title: string; visibility: Visibility },
): Promise<string> {
  const id = newVideoId()
  const { ownerId, title, visibility } = draft
  const open = await database
    .selectFrom('video')
    .select('id')
    .where('owner_id', '=', ownerId)
    .where('status', '=', 'uploading')
    .limit(mostDrafts)
    .execute()
  if (open.length >= mostDrafts) throw new AppError('too_many_drafts')
  await database.insertInto('video').values({ id, owner_id: ownerId, title, visibility, status: 'uploading' }).execute()
  return id
}

/** Drafts whose upload never ended; as old as that, the bytes of an unfinished upload are gone too. */
export async function forgetDrafts(database: Kysely<Database>, olderThan: Date): Promise<void> {
  await database
    .deleteFrom('video')
    .where('status', '=', 'uploading')
    .where('created_at', '<', olderThan)
    // Its file may still be on its way.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('unfinished_upload')
            .select('unfinished_upload.id')
            .whereRef('unfinished_upload.video_id', '=', 'video.id'),
        ),
      ),
    )
    // An import that failed long ago may be tried again at this moment.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('import')
            .select('import.id')
            .whereRef('import.video_id', '=', 'video.id')
            .where('import.state', 'in', ['waiting', 'fetching']),
        ),
      ),
    )
    .execute()
}
