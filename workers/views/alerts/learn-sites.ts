import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Context } from '../context.ts'

/**
 * The very first run: what has been played so far is known and nobody is told, so that a system with years of plays
 * does not begin with a flood. May be cut short at any point; the last statement says that it is done.
 */
export async function learnSites({ catalog, clickhouse }: Context): Promise<void> {
  const { looked_until } = await readClock(clickhouse)
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
  await catalog.database
    .insertInto('alert_progress')
    .values({ task: 'new-sites', looked_until })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function readClock(clickhouse: Context['clickhouse']): Promise<{ looked_until: Date }> {
  const result = await clickhouse.query({ query: 'SELECT toUnixTimestamp(now()) AS seconds', format: 'JSONEachRow' })
  const [{ seconds }] = (await result.json<{ seconds: number }>()) as [{ seconds: number }]
  return { looked_until: new Date(seconds * 1000) }
}

const allSites = readFileSync(new URL('all-sites.sql', import.meta.url), 'utf8')
