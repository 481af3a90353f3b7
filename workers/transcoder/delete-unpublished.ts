import type { Context } from './context.ts'

/** Deletes prefixes of a video, but never what viewers are shown: the row is asked first. */
export async function deleteUnpublished(
  { catalog, storage }: Pick<Context, 'catalog' | 'storage'>,
  videoId: string,
  prefixes: string[],
): Promise<void> {
  const video = await catalog.database
    .selectFrom('video')
    .select(['published_prefix', 'poster_key', 'storyboard_prefix', 'chosen_poster_key'])
    .where('id', '=', videoId)
    .executeTakeFirst()
  const shown = Object.values(video ?? {})
  for (const prefix of prefixes) {
    if (!shown.some((key) => key && isUnder(key, prefix))) await storage.deletePrefix(prefix)
  }
}

function isUnder(key: string, prefix: string): boolean {
  return key === prefix || key.startsWith(`${prefix}/`)
}
