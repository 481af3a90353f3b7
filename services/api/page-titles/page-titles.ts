import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Database } from '#catalog/schema.ts'
import type { Logger } from '../../program/logger.ts'
import { writeTogether } from '../write-together.ts'

export interface PageTitle {
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

// Whoever makes up pages fills this and no more; what comes beyond it within the same second is told again later.
const mostWaiting = 1_000
// Of each video; the titles that were not told for longest go.
const mostPagesOfVideo = 2_000
// A title that is known costs no write until then; after it, it is written again as still being told.
const knownForMs = 60 * 60 * 1000

export function createPageTitles(options: Options): PageTitles {
  const { database, logger, everyMs, mostPages = mostPagesOfVideo } = options
  const known = new LRUCache<string, string>({ max: 10_000, ttl: knownForMs })
  const titles = writeTogether<Told>({
    write: (batch) => store(database, [...batch.values()], mostPages),
    failed(error, batch) {
      for (const key of batch.keys()) known.delete(key)
      logger.warn({ err: error }, 'could not store what pages are called')
    },
    everyMs,
  })
  return {
    note(told) {
      const key = JSON.stringify([told.videoId, told.site, told.page])
      const waiting = titles.waiting()
      if (known.get(key) === told.title || (waiting.size >= mostWaiting && !waiting.has(key))) return
      known.set(key, told.title)
      waiting.set(key, { ...told, atMs: Date.now() })
    },
    stop: titles.stop,
  }
}

interface Told extends PageTitle {
  atMs: number
}

/** Videos that are not there, or not any more, drop out; of two titles of one page the newer stays. */
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
    WHERE known.told_at <= excluded.told_at
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
