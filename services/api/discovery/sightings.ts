import { type Kysely, sql } from 'kysely'
import type { Database, SightingKind } from '#catalog/schema.ts'
import type { Logger } from '../../program/logger.ts'
import { writeTogether } from '../write-together.ts'

export interface Sighting {
  videoId: string
  kind: SightingKind
  name: string
}

/** Counts what comes to a video without playing it. Costs a caller nothing: counts are kept in memory and written together. */
export interface Sightings {
  note(sighting: Sighting): void
  /** Writes what is still in memory. */
  stop(): Promise<void>
}

interface Options {
  database: Kysely<Database>
  logger: Pick<Logger, 'warn'>
  everyMs?: number
}

interface Count extends Sighting {
  atMs: number
  count: number
}

// Whoever makes up links and names fills this and no more; what comes beyond it within the same second is not counted.
const mostWaiting = 5_000
// Different names of one kind that a video may collect on one day; what comes later is counted under one name.
const mostNames = 300
const others = '(others)'

export function createSightings({ database, logger, everyMs }: Options): Sightings {
  const counts = writeTogether<Count>({
    write: (batch) => store(database, [...batch.values()]),
    failed: (error) => logger.warn({ err: error }, 'could not store who looked at videos'),
    everyMs,
  })
  return {
    note(sighting) {
      const key = `${sighting.videoId} ${sighting.kind} ${sighting.name}`
      const waiting = counts.waiting()
      const count = waiting.get(key)
      if (count) count.count++
      else if (waiting.size < mostWaiting) waiting.set(key, { ...sighting, atMs: Date.now(), count: 1 })
    },
    stop: counts.stop,
  }
}

/** Videos that are not there, or not any more, drop out. */
async function store(database: Kysely<Database>, batch: Count[]): Promise<void> {
  const column = <Value>(of: (count: Count) => Value) => batch.map(of)
  await sql`
    WITH seen AS (
      SELECT seen.*, (seen.at AT TIME ZONE 'UTC')::date AS day
      FROM unnest(
        ${column((count) => count.videoId)}::text[], ${column((count) => count.kind)}::text[],
        ${column((count) => count.name)}::text[], ${column((count) => new Date(count.atMs))}::timestamptz[],
        ${column((count) => count.count)}::bigint[]
      ) AS seen (video_id, kind, name, at, count)
      JOIN video ON video.id = seen.video_id
    ),
    -- Names that the day does not have yet, in the order in which they came.
    fresh AS (
      SELECT video_id, kind, day, name,
        row_number() OVER (PARTITION BY video_id, kind, day ORDER BY min(at), name) AS place
      FROM seen
      WHERE NOT EXISTS (SELECT FROM sighting AS known
        WHERE known.video_id = seen.video_id AND known.kind = seen.kind
          AND known.day = seen.day AND known.name = seen.name)
      GROUP BY video_id, kind, day, name
    ),
    kept AS (
      SELECT video_id, kind, day, count(*) AS names
      FROM sighting
      WHERE (video_id, kind, day) IN (SELECT video_id, kind, day FROM fresh) AND name <> ${others}
      GROUP BY video_id, kind, day
    )
    INSERT INTO sighting AS known (video_id, kind, name, day, count, first_seen, last_seen)
    SELECT video_id, kind,
      CASE WHEN place IS NULL OR coalesce(names, 0) + place <= ${mostNames} THEN name ELSE ${others} END,
      day, sum(count), min(at), max(at)
    FROM seen
    LEFT JOIN fresh USING (video_id, kind, day, name)
    LEFT JOIN kept USING (video_id, kind, day)
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (video_id, kind, day, name) DO UPDATE SET
      count = known.count + excluded.count,
      first_seen = least(known.first_seen, excluded.first_seen),
      last_seen = greatest(known.last_seen, excluded.last_seen)
  `.execute(database)
}
