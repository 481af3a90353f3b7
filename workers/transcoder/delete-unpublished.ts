import type { Context } from './context.ts'

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
  const shown = [...Object.values(now), former?.publishedPrefix, former?.posterKey]
  for (const prefix of prefixes) {
    if (!shown.some((key) => key && isUnder(key, prefix))) await storage.deletePrefix(prefix)
  }
}

function isUnder(key: string, prefix: string): boolean {
  return key === prefix || key.startsWith(`${prefix}/`)
}
