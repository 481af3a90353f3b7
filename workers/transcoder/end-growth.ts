import type { Storage } from '#storage/storage.ts'
import type { Context } from './context.ts'
import { endPlaylist, isGrowing, type PlaylistEnd } from './media/hls/growing-playlist.ts'
import { durationOf, parseMediaPlaylist } from './media/hls/media-playlist.ts'
import { playlistName } from './media/ladder/hls-arguments.ts'
import { firstFolder } from './prefixes.ts'
import { findStoredText, putPlaylist } from './stored-text.ts'

/**
 * Gives a first version that nobody adds to any more the end that it lacks, so that no player waits for ever.
 * Resolves with its length in seconds, or null where it is no first version. Safe to repeat.
 */
export async function endGrowth(
  storage: Storage,
  prefix: string,
  end: Exclude<PlaylistEnd, 'growing'>,
): Promise<number | null> {
  const key = `${prefix}/${firstFolder}/${playlistName}`
  const written = await findStoredText(storage, key)
  if (written === null) return null
  if (isGrowing(written)) await putPlaylist(storage, key, endPlaylist(written, end))
  return durationOf(parseMediaPlaylist(written))
}

/** How many segments a first version has shown already; 0 where it was never begun. */
export async function namedSegments(storage: Storage, prefix: string): Promise<number> {
  const written = await findStoredText(storage, `${prefix}/${firstFolder}/${playlistName}`)
  return written === null ? 0 : parseMediaPlaylist(written).segments.length
}

/** For a video that stays at what is shown of it: the work is over for good. Told before the row says so, and safe to repeat. */
export async function endForGood({ catalog, storage }: Pick<Context, 'catalog' | 'storage'>, videoId: string) {
  const video = await catalog.database
    .selectFrom('video')
    .select('published_prefix')
    .where('id', '=', videoId)
    .executeTakeFirst()
  const durationS = video?.published_prefix ? await endGrowth(storage, video.published_prefix, 'whole') : null
  if (durationS === null) return
  await catalog.database
    .updateTable('video')
    .set({ duration_ms: Math.round(durationS * 1_000) })
    .where('id', '=', videoId)
    .where('published_prefix', '=', video!.published_prefix)
    // Else its length was told when it became whole.
    .where('duration_ms', '=', 0)
    .execute()
}
