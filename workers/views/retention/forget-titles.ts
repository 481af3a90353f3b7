import type { Context } from '../context.ts'

/**
 * Takes away what the pages around these videos call themselves, as far as it was told by plays that are being erased. Asked
 * again at each run of an erasure, for a title may still have waited to be written.
 */
export async function forgetTitles(
  { catalog }: Pick<Context, 'catalog'>,
  { videoIds, openedBefore }: { videoIds: readonly string[]; openedBefore: Date | null },
): Promise<void> {
  await catalog.database
    .deleteFrom('page_title')
    .where('video_id', 'in', [...videoIds])
    .$if(openedBefore !== null, (query) => query.where('told_at', '<=', openedBefore!))
    .execute()
}
