import { type Kysely, sql } from 'kysely'
import { attemptPrefix } from '#catalog/attempt-prefix.ts'
import { openStatuses } from '#catalog/attempts.ts'
import type { Database } from '#catalog/schema.ts'

/** An object, or all below a prefix, that a row says is there. */
export interface Named {
  videoId: string
  title: string
  what: What
  key: string
  /** Whether `key` is the beginning of keys. */
  isPrefix: boolean
}

export type What = 'file' | 'version' | 'poster' | 'pictures' | 'download' | 'captions'

/** What all rows name. */
export async function namedObjects(database: Kysely<Database>): Promise<Named[]> {
  const videos = await database.selectFrom('video').selectAll().execute()
  const captions = await database
    .selectFrom('caption_track')
    .innerJoin('video', 'video.id', 'caption_track.video_id')
    .select(['video.id', 'title', 'object_key'])
    .execute()
  const ofVideos = videos.flatMap(({ former, ...video }) => {
    const named = (what: What, key: string | null | undefined, isPrefix = false): Named[] =>
      key ? [{ videoId: video.id, title: video.title, what, key, isPrefix }] : []
    return [
      ...named('file', video.source_key),
      ...named('version', video.published_prefix, true),
      ...named('poster', video.poster_key),
      ...named('poster', video.chosen_poster_key),
      ...named('pictures', video.storyboard_prefix, true),
      ...named('download', video.download_key),
      // What was shown before the file was replaced may come back.
      ...named('file', former?.sourceKey),
      ...named('version', former?.publishedPrefix, true),
      ...named('poster', former?.posterKey),
      ...named('pictures', former?.storyboardPrefix, true),
    ]
  })
  const ofCaptions = captions.map(
    ({ id, title, object_key }): Named => ({ videoId: id, title, what: 'captions', key: object_key, isPrefix: false }),
  )
  return [...ofVideos, ...ofCaptions]
}

/** Beginnings of keys that somebody is at work on, or that are going to be swept: nothing there is lost. */
export async function prefixesUnderWay(database: Kysely<Database>): Promise<string[]> {
  const open = await database
    .selectFrom('video')
    .select(['id', 'current_attempt'])
    .where('status', 'in', openStatuses)
    .execute()
  const uploads = await database.selectFrom('unfinished_upload').select('id').execute()
  const { rows: swept } = await sql<{ prefix: string }>`
    SELECT DISTINCT data->>'prefix' AS prefix
    FROM pgboss.job
    WHERE name = 'sweep' AND state IN ('created', 'retry', 'active')
  `.execute(database)
  return [
    ...open.map(({ id, current_attempt }) => attemptPrefix({ videoId: id, number: current_attempt })),
    ...uploads.flatMap(({ id }) => [`sources/${id}`, `sources/${id}.info`, `sources/${id}.part`]),
    ...swept.map(({ prefix }) => prefix),
  ]
}
