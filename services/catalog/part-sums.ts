import { type Kysely, sql } from 'kysely'
import type { Attempt } from './attempts.ts'
import type { PartRow } from './part-tables.ts'
import type { Database } from './schema.ts'

export interface PartsProgress {
  pictures: KindProgress
  sound: KindProgress
}

interface KindProgress {
  /** Of all parts of the kind; the sound is counted in pictures too. */
  frames: number
  /** Seconds of video per second, of all workers. */
  speed: number
}

export async function sumProgress(database: Kysely<Database>, { videoId, number }: Attempt): Promise<PartsProgress> {
  const rows = await database
    .selectFrom('transcode_part')
    .select([
      'kind',
      sql<number>`sum(frames_done)::int`.as('frames'),
      sql<number>`coalesce(sum(speed) FILTER (WHERE state = 'active'), 0)::float8`.as('speed'),
    ])
    .where('video_id', '=', videoId)
    .where('attempt', '=', number)
    .groupBy('kind')
    .execute()
  const sumOf = (kind: PartRow['kind']): KindProgress => {
    const { frames, speed } = rows.find((row) => row.kind === kind) ?? { frames: 0, speed: 0 }
    return { frames, speed }
  }
  return { pictures: sumOf('pictures'), sound: sumOf('sound') }
}

/** What the parts of an attempt said when they were done, in their order. */
export async function readResults(
  database: Kysely<Database>,
  { videoId, number }: Attempt,
): Promise<Pick<PartRow, 'part' | 'kind' | 'from_frame' | 'frames' | 'result'>[]> {
  return database
    .selectFrom('transcode_part')
    .select(['part', 'kind', 'from_frame', 'frames', 'result'])
    .where('video_id', '=', videoId)
    .where('attempt', '=', number)
    .where('state', '=', 'done')
    .orderBy('part')
    .execute()
}

/** The first version of a planned attempt, where it is still to be made; null where it is done. */
export async function findFirstPart(database: Kysely<Database>, { videoId, number }: Attempt): Promise<number | null> {
  const row = await database
    .selectFrom('transcode_part')
    .select('part')
    .where('video_id', '=', videoId)
    .where('attempt', '=', number)
    .where('kind', '=', 'first')
    .where('state', 'in', ['waiting', 'active'])
    .executeTakeFirst()
  return row?.part ?? null
}

/** Every attempt at a video, with the tries of its first version that may have stored something. */
export async function readFirstTries(
  database: Kysely<Database>,
  videoId: string,
): Promise<{ number: number; tries: number }[]> {
  return database
    .selectFrom('transcode_attempt as attempt')
    .leftJoin('transcode_part as part', (join) =>
      join
        .onRef('part.video_id', '=', 'attempt.video_id')
        .onRef('part.attempt', '=', 'attempt.attempt')
        .on('part.kind', '=', 'first'),
    )
    .select(['attempt.attempt as number', sql<number>`coalesce(part.try, 1)`.as('tries')])
    .where('attempt.video_id', '=', videoId)
    .execute()
}

/** The try that a part is at, or was done by; null where the part is gone. */
export async function readTry(
  database: Kysely<Database>,
  { videoId, attempt, part }: { videoId: string; attempt: number; part: number },
): Promise<number | null> {
  const row = await database
    .selectFrom('transcode_part')
    .select('try')
    .where('video_id', '=', videoId)
    .where('attempt', '=', attempt)
    .where('part', '=', part)
    .executeTakeFirst()
  return row?.try ?? null
}
