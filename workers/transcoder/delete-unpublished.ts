import { attemptPrefix } from '#catalog/attempt-prefix.ts'
import type { Attempt } from '#catalog/attempts.ts'
import type { Context } from './context.ts'
import { pieceOf } from './prefixes.ts'

/** Deletes prefixes of a video, but never what viewers are shown, or may be again: the row is asked first. */
export async function deleteUnpublished(
  { catalog, storage }: Pick<Context, 'catalog' | 'storage'>,
  videoId: string,
  prefixes: string[],
): Promise<void> {
  const video = await catalog.database
    .selectFrom('video')
    .select(['published_prefix', 'poster_key', 'storyboard_prefix', 'chosen_poster_key', 'download_key', 'former'])
    .where('id', '=', videoId)
    .executeTakeFirst()
  const { former, ...now } = video ?? {}
  // What was shown before the file was replaced may come back.
  const shown = [...Object.values(now), former?.publishedPrefix, former?.posterKey, former?.storyboardPrefix]
  for (const prefix of prefixes) {
    if (!shown.some((key) => key && isUnder(key, prefix))) await storage.deletePrefix(prefix)
  }
}

/** The same for all that an attempt made, of however many tries: the storage is asked what there is. */
export async function deleteUnpublishedOf(
  context: Pick<Context, 'catalog' | 'storage'>,
  attempt: Attempt,
): Promise<void> {
  const pieces = new Set<string>()
  for await (const { key } of context.storage.list(attemptPrefix(attempt))) pieces.add(pieceOf(key))
  await deleteUnpublished(context, attempt.videoId, [...pieces])
}

function isUnder(key: string, prefix: string): boolean {
  return key === prefix || key.startsWith(`${prefix}/`)
}
