import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Database } from '#catalog/schema.ts'
import type { Logger } from '../../program/logger.ts'
import { writeTogether } from '../write-together.ts'
import { believedForMs } from './believed-title.ts'

export interface PageTitle {
  /** Whose word it is. */
  playId: string
  videoId: string
  site: string
  page: string
  title: string
}

/** Keeps what pages call themselves. Costs a caller nothing: titles are kept in memory and written together. */
export interface PageTitles {
  note(title: PageTitle): void
  /** Writes what is still in memory. */
  stop(): Promise<void>
}

interface Options {
  database: Kysely<Database>
  logger: Pick<Logger, 'warn'>
  everyMs?: number
  mostPages?: number
}

// Whoever makes up pages fills what waits of his video and no more; what comes beyond it is told again later.
const mostVideosWaiting = 1_000
const mostWaitingOfVideo = 20
// Of each video; the titles that were not told for longest go.
const mostPagesOfVideo = 2_000

export function createPageTitles(options: Options): PageTitles {
  const { database, logger, everyMs, mostPages = mostPagesOfVideo } = options
  const heard = new LRUCache<string, true>({ max: 50_000, ttl: believedForMs })
  const known = new LRUCache<string, true>({ max: 10_000, ttl: titleStaysForMs })
  const titles = writeTogether<Told[]>({
    write: (batch) => store(database, [...batch.values()].flat(), mostPages),
    failed(error, batch) {
      for (const told of [...batch.values()].flat()) known.delete(keyOf(told))
      logger.warn({ err: error }, 'could not store what pages are called')
    },
    everyMs,
  })
  return {
    note(told) {
      // A play has one page: who tells of many with one token makes them up.
      if (heard.has(told.playId)) return
      heard.set(told.playId, true)
      if (known.has(keyOf(told))) return
      const waiting = titles.waiting()
      const ofVideo = waiting.get(told.videoId) ?? []
      if (ofVideo.length >= mostWaitingOfVideo || (waiting.size >= mostVideosWaiting && ofVideo.length === 0)) return
      known.set(keyOf(told), true)
      waiting.set(told.videoId, [...ofVideo, { ...told, atMs: Date.now() }])
    },
    stop: titles.stop,
  }
}

interface Told extends PageTitle {
  atMs: number
}

// For so long the first title of a page stands, so that nobody's word comes at once over the true one; a title that is
// still told then costs one write.
const titleStaysForMs = 60 * 60 * 1000

function keyOf({ videoId, site, page }: PageTitle): string {
  return JSON.stringify([videoId, site, page])
}

/** Videos that are not there, or not any more, drop out; so do titles of pages that have one for less than an hour. */
async function store(database: Kysely<Database>, batch: Told[], mostPages: number): Promise<void> {
  const column = <Value>(of: (told: Told) => Value) => batch.map(of)
  await sql`
    INSERT INTO page_title AS known (video_id, site, page, title, told_at)
    SELECT told.*
    FROM unnest(
      ${column((told) => told.videoId)}::text[], ${column((told) => told.site)}::text[],
      ${column((told) => told.page)}::text[], ${column((told) => told.title)}::text[],
      ${column((told) => new Date(told.atMs))}::timestamptz[]
    ) AS told (video_id, site, page, title, told_at)
    JOIN video ON video.id = told.video_id
    ON CONFLICT (video_id, site, page) DO UPDATE SET title = excluded.title, told_at = excluded.told_at
    WHERE known.told_at <= excluded.told_at - ${titleStaysForMs} * interval '1 millisecond'
  `.execute(database)
  await sql`
    DELETE FROM page_title
    WHERE (video_id, site, page) IN (
      SELECT video_id, site, page
      FROM (
        SELECT video_id, site, page,
          row_number() OVER (PARTITION BY video_id ORDER BY told_at DESC, site, page) AS place
        FROM page_title
        WHERE video_id = ANY(${[...new Set(column((told) => told.videoId))]}::text[])
      ) AS ranked
      WHERE place > ${mostPages}
    )
  `.execute(database)
}
