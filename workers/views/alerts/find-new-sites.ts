import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { type Grade, gradeOfRank, gradeRank } from '#contract/grade.ts'
import type { Context } from '../context.ts'
import { learnSites } from './learn-sites.ts'
import { readClock, readProgress, saveProgress } from './progress.ts'
import { recordNewSites } from './record-new-sites.ts'

/** A site that began to play a video, not yet known to be new. */
export interface FoundSite {
  videoId: string
  site: string
  /** The first page that was named, or ''. */
  page: string
  grade: Grade
}

interface ArrivedSite {
  videoId: string
  site: string
  fromSeconds: number
  toSeconds: number
}

/**
 * Tells owners of sites that have just begun to play a video. Safe to run at any time and by several: a site is told of
 * by whoever stores it as known.
 */
export async function findNewSites(context: Context, mostAtOnce = 5_000): Promise<void> {
  const lookedUntil = await readProgress(context)
  if (lookedUntil === null) return learnSites(context)
  const now = await readClock(context.clickhouse)
  const sinceMs = lookedUntil.getTime() - overlapMs
  for await (const arrived of readArrived(context, sinceMs, mostAtOnce)) {
    const unknown = await leaveOutKnown(context, arrived)
    for (const batch of batches(unknown)) await recordNewSites(context, await readFirstPlays(context, batch))
  }
  await saveProgress(context, now)
}

/** However many sites there are, no more of them at once than memory is sure to hold. */
async function* readArrived(context: Context, sinceMs: number, most: number): AsyncGenerator<ArrivedSite[]> {
  let after = { videoId: '', site: '' }
  for (;;) {
    const arrived = await ask<ArrivedSite>(context, arrivedSites, {
      ...{ sinceMs, most },
      ...{ afterVideoId: after.videoId, afterSite: after.site },
    })
    yield arrived
    if (arrived.length < most) return
    after = arrived.at(-1)!
  }
}

// An hour is stamped as touched a moment before others can read that it was.
const overlapMs = 15_000

/** Only those that are sites of a video that still exists and that nobody was told of. */
async function leaveOutKnown({ catalog }: Context, arrived: ArrivedSite[]): Promise<ArrivedSite[]> {
  if (arrived.length === 0) return []
  const pairs = sql<{ videoId: string; site: string }>`
    SELECT arrived.video_id AS "videoId", arrived.site
    FROM unnest(${arrived.map(({ videoId }) => videoId)}::text[], ${arrived.map(({ site }) => site)}::text[]) AS arrived (video_id, site)
    JOIN video ON video.id = arrived.video_id
    WHERE NOT EXISTS (SELECT FROM known_site WHERE known_site.video_id = arrived.video_id AND known_site.site = arrived.site)`
  const { rows } = await pairs.execute(catalog.database)
  const unknown = new Set(rows.map(keyOf))
  return arrived.filter((pair) => unknown.has(keyOf(pair)))
}

async function readFirstPlays(context: Context, batch: ArrivedSite[]): Promise<FoundSite[]> {
  const rows = await ask<{ videoId: string; site: string; page: string; gradeRank: number }>(context, firstPlays, {
    videoIds: [...new Set(batch.map(({ videoId }) => videoId))],
    sites: [...new Set(batch.map(({ site }) => site))],
    from: Math.min(...batch.map(({ fromSeconds }) => fromSeconds)),
    to: Math.max(...batch.map(({ toSeconds }) => toSeconds)),
    leastGrade: gradeRank.claimed,
  })
  const asked = new Set(batch.map(keyOf))
  return rows
    .filter((row) => asked.has(keyOf(row)))
    .map(({ gradeRank, ...found }) => ({ ...found, grade: gradeOfRank(gradeRank) }))
}

function keyOf({ videoId, site }: { videoId: string; site: string }): string {
  return `${videoId} ${site}`
}

// A video that is suddenly on thousands of sites must make neither a query nor a transaction without end.
const batchSize = 500

function batches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  )
}

async function ask<Row>(
  { clickhouse }: Context,
  query: string,
  query_params: Record<string, unknown> = {},
): Promise<Row[]> {
  const result = await clickhouse.query({ query, query_params, format: 'JSONEachRow' })
  return result.json<Row>()
}

const arrivedSites = readFileSync(new URL('arrived-sites.sql', import.meta.url), 'utf8')
const firstPlays = readFileSync(new URL('first-plays.sql', import.meta.url), 'utf8')
