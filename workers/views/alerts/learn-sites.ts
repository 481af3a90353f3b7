import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { readClock, saveProgress } from './progress.ts'

/**
 * The very first run: what has been played so far is known and nobody is told, so that a system with years of plays
 * does not begin with a flood. May be cut short at any point; the last statement says that it is done.
 */
export async function learnSites(context: Context): Promise<void> {
  const { catalog, clickhouse } = context
  const now = await readClock(clickhouse)
  const result = await clickhouse.query({ query: allSites, format: 'JSONEachRow' })
  for await (const rows of result.stream<{ videoId: string; site: string }>()) {
    const pairs = rows.map((row) => row.json())
    await sql`
      INSERT INTO known_site (video_id, site)
      SELECT played.video_id, played.site
      FROM unnest(${pairs.map(({ videoId }) => videoId)}::text[], ${pairs.map(({ site }) => site)}::text[]) AS played (video_id, site)
      JOIN video ON video.id = played.video_id
      ON CONFLICT DO NOTHING`.execute(catalog.database)
  }
  await saveProgress(context, now)
}

const allSites = readFileSync(new URL('all-sites.sql', import.meta.url), 'utf8')
